import type { LocationRetention, RetentionLogEntry, SimulatedCopy } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { formatBytes, formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { renderTable } from '../output/table.js';
import type { Terminal } from '../output/terminal.js';
import { dropText, keepText } from '../retention/retention-reasons.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { endOf, locationLines, summaryLine } from './retention-report.js';

export interface RetentionScope {
  readonly job?: string;
  readonly location?: readonly string[];
}

export async function planRetention(context: CommandContext, options: RetentionScope & { readonly years?: number }): Promise<ExitCode> {
  const host = await context.host('shared');
  const { signal, terminal } = context;
  const report = await host.retention.plan({ ...scopeOf(options), ...(options.years !== undefined && { years: options.years }), signal });
  terminal.answer(report, () =>
    [
      ...report.locations.flatMap((location) => [...locationLines(location, terminal), ...simulationLines(location, terminal), '']),
      `${summaryLine(report)}.`,
    ].join('\n'),
  );
  return endOf(context, report);
}

export async function runRetention(context: CommandContext, options: RetentionScope & { readonly dryRun?: boolean }): Promise<ExitCode> {
  if (options.dryRun === true) return planRetention(context, options);
  context.whenCancelled('What was deleted is noted: see `holdfast retention log`. The next run goes on.');
  const host = await context.host();
  const { signal, terminal } = context;
  const report = await context.withProgress((progress) => host.retention.run({ ...scopeOf(options), ...progress, signal }));
  const touched = report.locations
    .map((location) => ({ ...location, copies: location.copies.filter(({ state }) => state !== 'kept') }))
    .filter(({ copies }) => copies.length > 0);
  terminal.report(report, () =>
    [...touched.flatMap((location) => [...locationLines(location, terminal), '']), `${summaryLine(report)}.`].join('\n'),
  );
  return endOf(context, report);
}

export async function showRetentionLog(context: CommandContext, { limit }: { readonly limit?: number }): Promise<ExitCode> {
  const host = await context.host('shared');
  const deleted = await host.retention.log(limit === undefined ? {} : { limit });
  const { terminal } = context;
  const { colors, width } = terminal;
  const table = () =>
    renderTable<RetentionLogEntry>(
      [
        { title: 'DELETED', cell: ({ at }) => formatDate(at) },
        { title: 'AT', cell: ({ location }) => location.title, shrinkTo: 8 },
        { title: 'ID', cell: ({ id }) => id, style: (text) => colors.cyan(text) },
        { title: 'OF', cell: ({ date }) => formatDate(date) },
        { title: 'SIZE', cell: ({ size }) => formatBytes(size), align: 'right' },
        {
          title: 'WHY',
          cell: ({ leftOutBy, error }) => (error === undefined ? dropText(leftOutBy, {}) : `failed: ${error}`),
          shrinkTo: 16,
        },
      ],
      deleted,
      { width, colors },
    );
  terminal.answer({ deleted }, () => (deleted.length === 0 ? 'Nothing was deleted by itself yet.' : table()));
  return exitCodes.success;
}

function scopeOf({ job, location }: RetentionScope): { readonly job?: string; readonly locations?: readonly string[] } {
  return { ...(job !== undefined && { job }), ...(location && { locations: location }) };
}

/** How it goes on over the years. */
function simulationLines({ jobs, simulations = [] }: LocationRetention, { colors, width }: Terminal): string[] {
  return simulations.flatMap(({ job, until, runs, most, kept, deleted, years }) => {
    const { title = job, rules = {} } = jobs.find(({ id }) => id === job) ?? {};
    const each = years.map(({ at, kept: count, oldest }) => {
      const since = oldest === undefined ? '' : `, the oldest of ${formatDate(oldest)}`;
      return `  ${formatDate(at)}: ${formatCount(count, 'copy', 'copies')}${since}`;
    });
    const left = renderTable<SimulatedCopy>(
      [
        { title: 'DATE', cell: ({ date }) => formatDate(date) },
        { title: 'REASON', cell: ({ keptBy }) => keepText(keptBy, rules), shrinkTo: 20 },
      ],
      kept,
      { width, colors },
    );
    const summary = `${formatCount(runs, 'run')} until ${formatDate(until)}: ${deleted.length.toLocaleString('en-US')} deleted, at most ${most} at a time`;
    return ['', `${colors.bold(safeText(title))}  ${colors.dim(summary)}`, ...each, `  On ${formatDate(until)} there are:`, left];
  });
}
