import type { CheckedCopy, VerificationReport } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { formatBytes, formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { renderFields } from '../output/table.js';
import type { Terminal } from '../output/terminal.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

export interface VerificationRunOptions {
  /** From 0 to 1. */
  readonly share?: number;
  readonly all?: boolean;
  readonly location?: readonly string[];
}

export async function runVerification(context: CommandContext, { share, all, location }: VerificationRunOptions): Promise<ExitCode> {
  context.whenCancelled('What was read until then is noted; the next run goes on.');
  const host = await context.host('shared');
  const { signal, terminal } = context;
  const report = await context.withProgress((progress) =>
    host.verification.run({
      ...(share !== undefined && { share }),
      ...(all === true && { all }),
      ...(location && { locations: location }),
      ...progress,
      signal,
    }),
  );
  terminal.report(report, () => [...troubleLines(report, terminal), summaryLine(report, terminal)].join('\n'));
  for (const { location: title, error } of report.unavailable) {
    terminal.note(`${terminal.noteColors.yellow('!')} ${safeText(title)} does not answer: ${safeText(error.message)}`);
  }
  if (report.failed > 0) return exitCodes.failure;
  return report.unreachable + report.unavailable.length > 0 ? exitCodes.warnings : exitCodes.success;
}

export async function showVerificationStatus(context: CommandContext): Promise<ExitCode> {
  const host = await context.host('shared');
  const status = await host.verification.status();
  const { everyDays, share, lastRun, next } = status;
  const percent = `${Math.round(share * 100)} % of each copy`;
  context.terminal.answer(status, () =>
    renderFields(
      [
        ['by itself', everyDays === 0 ? 'never' : `${percent} every ${formatCount(everyDays, 'day')}`],
        ['last run', lastRun === undefined ? 'none yet' : `${formatDate(lastRun.at)}: ${summaryText(lastRun)}`],
        ...(next === undefined ? [] : [['next run', new Date(next) <= new Date() ? 'due' : formatDate(next)] as const]),
      ],
      context.terminal.colors,
    ),
  );
  return exitCodes.success;
}

function troubleLines({ checked }: VerificationReport, { colors }: Terminal): string[] {
  const line = ({ id, location, error }: CheckedCopy, mark: string) =>
    `${mark}  ${colors.cyan(safeText(id))} at ${safeText(location.title)}: ${safeText(error === undefined ? '' : `${error.message} ${error.remedy}`)}`;
  return checked.flatMap((copy) => {
    if (copy.state === 'failed') return [line(copy, colors.red('damaged'))];
    return copy.state === 'unreachable' ? [line(copy, colors.yellow('not read'))] : [];
  });
}

function summaryLine(report: VerificationReport, { colors }: Terminal): string {
  const compared = report.checked.filter(({ state }) => state !== 'not-comparable').length;
  const rest = report.checked.length - compared;
  const note = rest === 0 ? '' : colors.dim(` ${formatCount(rest, 'copy', 'copies')} without a seal: nothing to compare with.`);
  return `${report.failed === 0 ? colors.green('ok') : colors.red('failed')}  ${summaryText(report)}.${note}`;
}

function summaryText({
  copies,
  failed,
  unreachable,
  bytes,
}: Pick<VerificationReport, 'copies' | 'failed' | 'unreachable' | 'bytes'>): string {
  return [
    `${formatBytes(bytes)} of ${formatCount(copies, 'copy', 'copies')} read back`,
    ...(failed > 0 ? [`${failed} damaged`] : []),
    ...(unreachable > 0 ? [`${unreachable} could not be read`] : []),
  ].join(', ');
}
