import type { DrilledFile, DrillReport } from '@holdfast/core';
import { displayName } from '@holdfast/core';
import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import { formatBytes, formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import type { Terminal } from '../output/terminal.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

export interface BackupDrillOptions extends KeyOptions {
  readonly files?: number;
  readonly seed?: string;
  readonly from?: string;
}

/** Restores random files and compares them: the only proof of a backup is a restore. */
export async function drillBackup(context: CommandContext, id: string | undefined, options: BackupDrillOptions): Promise<ExitCode> {
  context.whenCancelled('The scratch folder was removed.');
  const host = await context.host('shared');
  const { files, seed, from } = options;
  const report = await withKey(context, options, (passwords) =>
    context.withProgress((progress) =>
      host.verification.drill({
        ...(id !== undefined && { backup: id }),
        ...(files !== undefined && { files }),
        ...(seed !== undefined && { seed }),
        ...(from !== undefined && { location: from }),
        passwords,
        ...progress,
        signal: context.signal,
      }),
    ),
  );
  context.terminal.report({ drill: report }, () => drillLines(report, context.terminal).join('\n'));
  if (!report.ok) return exitCodes.failure;
  return report.files.every(({ state }) => state === 'same') ? exitCodes.success : exitCodes.warnings;
}

function drillLines({ id, name, location, seed, of, files, bytes, ok }: DrillReport, { colors }: Terminal): string[] {
  const same = files.filter(({ state }) => state === 'same').length;
  const verdict = ok ? colors.green('same') : colors.red('differs');
  const restored = `${same} of ${formatCount(files.length, 'file')} restored and the same as when they were backed up`;
  return [
    `${verdict}  ${colors.bold(safeText(name))} at ${safeText(location)}: ${restored}, ${formatBytes(bytes)}`,
    ...files.flatMap((file) => fileLine(file, colors)),
    colors.dim(
      `Drawn from ${formatCount(of, 'file')}; the same ones again: holdfast backup drill ${id} --files ${files.length} --seed ${safeText(seed)}`,
    ),
  ];
}

function fileLine({ source, path, size, state, error }: DrilledFile, colors: Terminal['colors']): string[] {
  const name = safeText(displayName(`${source}:${path}`));
  if (state === 'differs') return [`  ${colors.red('!')} ${name}: ${safeText(error?.message ?? '')}`];
  if (state === 'no-digest') return [`  ${colors.yellow('!')} ${name}: restored, but there is no digest to compare it with`];
  return state === 'no-room'
    ? [`  ${colors.yellow('!')} ${name}: not tried, there is no room for its ${formatBytes(size)} in the temporary directory`]
    : [];
}
