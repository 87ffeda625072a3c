import { readdir } from 'node:fs/promises';
import type { RestoreResult } from '@holdfast/core';
import type { Colors } from '../output/colors.js';
import { problemLines } from '../output/outcome.js';
import { formatBytes, formatCount, formatDuration } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { fileLine } from './file-listing.js';
import type { KeyOptions } from '../keys/given-key.js';

/** What is restored, and how: the options that `backup restore` and `file extract` have alike. */
export interface RestoreChoices extends KeyOptions {
  readonly to: string;
  readonly source?: readonly string[];
  readonly path?: readonly string[];
  readonly dryRun?: boolean;
  readonly overwrite?: boolean;
  /** `false` after `--no-owners`. */
  readonly owners: boolean;
}

interface RestoreRun {
  readonly to: string;
  readonly dryRun: boolean;
  readonly seconds: number;
  readonly verb: 'restore' | 'extract';
}

/** What was restored, and what was not as it should. */
export function renderRestored(result: RestoreResult, { to, dryRun, seconds, verb }: RestoreRun, colors: Colors): string {
  const done = verb === 'restore' ? 'Restored' : 'Extracted';
  const amount = [
    `${formatCount(result.files, 'file')} (${formatBytes(result.bytes)})`,
    ...(result.folders === 0 ? [] : [formatCount(result.folders, 'folder')]),
    ...(result.links === 0 ? [] : [formatCount(result.links, 'link')]),
  ].join(', ');
  const count = dryRun
    ? `${formatCount(result.problems.length, 'entry', 'entries')} would`
    : formatCount(result.problems.length, 'entry was', 'entries were');
  const problems =
    result.problems.length === 0
      ? []
      : [
          `${colors.yellow(count)} not ${dryRun ? 'be ' : ''}${done.toLowerCase()} as in the backup:`,
          ...problemLines(result.problems, colors),
        ];
  if (dryRun) {
    return [
      ...(result.entries ?? []).map((entry) => fileLine(entry, colors)),
      `Would ${verb} ${amount} to ${safeText(to)}. Nothing was written.`,
      ...problems,
    ].join('\n');
  }
  return [`${colors.green(done)} ${amount} to ${colors.bold(safeText(to))} in ${formatDuration(seconds)}.`, ...problems].join('\n');
}

/** After replacing folders: what was checked, where the former state is, and what to do about it. */
export function renderKept({ replaced = [], checked = 0 }: RestoreResult, colors: Colors): string[] {
  if (replaced.length === 0) return [];
  const compared = checked === 0 ? [] : [`  ${formatCount(checked, 'file')} read back and compared with the digests in the backup.`];
  const kept = replaced.flatMap(({ folder, former }) => (former === undefined ? [] : [{ folder, former }]));
  const [first] = kept;
  if (first === undefined) return compared;
  return [
    ...compared,
    ...kept.map(({ folder, former }) => `  What was in ${safeText(folder)} is kept in ${safeText(former)}`),
    `All is well: ${colors.cyan(`holdfast restore confirm ${shellWord(first.folder)}`)}   Back to what was: ${colors.cyan(`holdfast restore undo ${shellWord(first.folder)}`)}`,
  ];
}

/** As it can be typed. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${safeText(text).replaceAll("'", "'\\''")}'`;
}

/** Whether a folder is there and not empty: then overwriting is asked about. */
export async function holdsSomething(folder: string): Promise<boolean> {
  return readdir(folder).then(
    (names) => names.length > 0,
    () => false,
  );
}
