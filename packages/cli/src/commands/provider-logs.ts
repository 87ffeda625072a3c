import { setTimeout as wait } from 'node:timers/promises';
import { commandError } from '../errors.js';
import { safeText } from '../output/safe-text.js';
import { packageNameOf } from '../provider/find-package.js';
import { linesAfter } from '../provider/log-lines.js';
import type { CommandContext } from '../run/context.js';

export interface ProviderLogsOptions {
  readonly lines?: number;
  readonly follow?: boolean;
}

const pollMilliseconds = 300;
/** More than a provider may write between two looks. */
const followedLines = 2000;

/** The end of a provider's log, and with `follow` what comes after it, until the command is stopped. */
export async function showProviderLog(context: CommandContext, given: string, options: ProviderLogsOptions): Promise<undefined> {
  const { terminal, signal } = context;
  if (options.follow === true && terminal.settings.json) {
    throw commandError('bad-usage', {
      what: '--follow has no end, so it can’t be one JSON document',
      help: 'holdfast provider logs --help',
    });
  }
  const host = await context.host('shared');
  const name = packageNameOf(host, given);
  const count = options.lines ?? 100;
  let seen = await host.providerLog(name, { lines: options.follow === true ? Math.max(count, followedLines) : count });
  // Of one that was removed there may be a log; of one that never was there is none.
  if (seen.length === 0 && !host.providers.types().some((type) => type.package.name === name)) host.packages.get(name);
  const shown = seen.slice(-count);
  if (options.follow !== true) {
    terminal.answer({ package: name, lines: shown }, () => shown.map(safeText).join('\n') || `${safeText(name)} has written nothing.`);
    return;
  }
  context.whenCancelled('');
  const write = (lines: readonly string[]): void => {
    if (lines.length > 0) terminal.answer(undefined, () => lines.map(safeText).join('\n'));
  };
  write(shown);
  for (;;) {
    await wait(pollMilliseconds, undefined, { signal });
    const now = await host.providerLog(name, { lines: Math.max(count, followedLines) });
    write(linesAfter(seen, now));
    seen = now;
  }
}
