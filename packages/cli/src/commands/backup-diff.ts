import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Difference, DiffTarget } from '@holdfast/core';
import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import type { Colors } from '../output/colors.js';
import { jsonDocumentWith } from '../output/json-document.js';
import { safeText } from '../output/safe-text.js';
import { started } from '../output/started.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { chooseBackup, isFilePath } from './backup-reader.js';

export interface BackupDiffOptions extends KeyOptions {
  readonly source?: readonly string[];
  readonly checksum?: boolean;
  readonly from?: string;
}

/** What differs between two backups, or a backup and a folder. Says which of the two the second one was taken for. */
export async function diffBackups(context: CommandContext, a: string, b: string, options: BackupDiffOptions): Promise<ExitCode> {
  const { terminal, signal } = context;
  const { ref, reader } = await chooseBackup(context, a, options.from);
  const other = targetOf(b);
  const chosen = 'id' in other ? (await context.host('shared')).backups : reader;
  terminal.note(`Comparing ${describe(ref)} with ${describe(other)}.`);
  const differences = await withKey(context, options, (passwords) =>
    started(
      chosen.diff(ref, other, {
        passwords,
        ...(options.source === undefined ? {} : { sources: options.source }),
        ...(options.checksum === undefined ? {} : { checksum: options.checksum }),
        ...(options.from === undefined ? {} : { location: options.from }),
        onProblem: ({ source, path, code }) =>
          terminal.note(`${terminal.noteColors.yellow('!')} not compared: ${safeText(`${source}:${path}`)} (${code})`),
        signal,
      }),
    ),
  );
  const counts = { added: 0, removed: 0, changed: 0 };
  const counted = async function* (): AsyncGenerator<Difference, void, undefined> {
    for await (const difference of differences) {
      counts[difference.change] += 1;
      yield difference;
    }
  };
  await terminal.stream(
    terminal.settings.json ? jsonDocumentWith({ a: ref, b: other }, 'differences', counted()) : linesOf(counted(), terminal.colors),
  );
  const { added, removed, changed } = counts;
  const same = added + removed + changed === 0;
  if (!terminal.settings.json)
    terminal.report(undefined, () => (same ? 'They are the same.' : `${added} added, ${removed} removed, ${changed} changed`));
  return same ? exitCodes.success : exitCodes.warnings;
}

/** A folder that is there is a folder, and a backup file is one; any other path is a folder too, that is not there; the rest is an id. */
export function targetOf(text: string, kindOf: (path: string) => 'folder' | 'file' | undefined = kindOnDisk): DiffTarget {
  const kind = kindOf(text);
  if (kind === 'folder') return { folder: resolve(text) };
  if (isFilePath(text, () => kind === 'file')) return kind === 'file' || text.endsWith('.tar') ? { file: text } : { folder: resolve(text) };
  return { id: text };
}

function kindOnDisk(path: string): 'folder' | 'file' | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : stats.isDirectory() ? 'folder' : 'file';
}

function describe(other: DiffTarget): string {
  if ('folder' in other) return `the folder ${safeText(other.folder)}`;
  return 'file' in other ? `the backup file ${safeText(other.file)}` : `the backup ${safeText(other.id)}`;
}

async function* linesOf(differences: AsyncIterable<Difference>, colors: Colors): AsyncGenerator<string, void, undefined> {
  for await (const difference of differences) yield `${differenceLine(difference, colors)}\n`;
}

/** `+ documents:new.txt`, `- documents:old.txt`, `~ documents:letter.txt (size, content)`. */
export function differenceLine(
  { source, path, change, what }: Pick<Difference, 'source' | 'path' | 'change' | 'what'>,
  colors: Colors,
): string {
  const name = `${colors.cyan(safeText(source))}:${safeText(path)}`;
  if (change === 'added') return `${colors.green('+')} ${name}`;
  if (change === 'removed') return `${colors.red('-')} ${name}`;
  return `${colors.yellow('~')} ${name} ${colors.dim(`(${safeText(what.join(', '))})`)}`;
}
