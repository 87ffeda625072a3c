import { resolve } from 'node:path';
import { formatBytes } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { writeAnswerFile } from '../output/write-answer-file.js';
import { writeAsking } from '../prompts/write-asking.js';
import type { CommandContext } from '../run/context.js';

export interface DiagnosticsOptions {
  readonly to?: string;
}

/** Writes one file for a bug report. What could tell who and where somebody is, is replaced in it. */
export async function writeDiagnostics(context: CommandContext, options: DiagnosticsOptions): Promise<undefined> {
  const host = await context.host('shared');
  const bundle = await host.diagnostics({ signal: context.signal });
  const text = `${JSON.stringify(bundle, undefined, 2)}\n`;
  const { terminal } = context;
  if (options.to === '-') {
    terminal.answer(bundle, () => text.trimEnd());
    return;
  }
  const path = options.to === undefined ? await writeNew(text) : resolve(options.to);
  if (options.to !== undefined) await writeAsking(context, path, text);
  terminal.report({ path, size: Buffer.byteLength(text) }, () =>
    [
      `${terminal.colors.green('Wrote')} ${safeText(path)} (${formatBytes(Buffer.byteLength(text))}).`,
      'In it are versions, settings, providers and how they are doing, what doctor finds, and the ends of',
      'the logs. Secrets are not; names of places, accounts and buckets are replaced by words such as',
      '<bucket 1>. It is text: look through it before you send it to anybody.',
    ].join('\n'),
  );
}

/** Into the current folder, under a name with the date that no file there has. */
async function writeNew(text: string): Promise<string> {
  const day = new Date().toISOString().slice(0, 10);
  for (let number = 1; ; number += 1) {
    const path = resolve(`holdfast-diagnostics-${day}${number === 1 ? '' : `-${number}`}.json`);
    if (await writeAnswerFile(path, text, false)) return path;
  }
}
