import type { LocationRetention, RetainedCopy, RetentionReport } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { renderTable } from '../output/table.js';
import type { Terminal } from '../output/terminal.js';
import { dropText, keepText, rulesText } from '../retention/retention-reasons.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

const verdicts: Readonly<Record<RetainedCopy['state'], string>> = {
  kept: 'keep',
  'to-delete': 'delete',
  deleted: 'deleted',
  failed: 'failed',
};

/** What becomes of each copy at a location, and why. */
export function locationLines(location: LocationRetention, { colors, width }: Terminal): string[] {
  const { title, limit, jobs, copies } = location;
  const rulesOf = (copy: RetainedCopy) => jobs.find(({ id }) => id === copy.job)?.rules ?? {};
  const reason = (copy: RetainedCopy) => {
    if (copy.error !== undefined) return copy.error.message;
    return copy.state === 'kept' ? keepText(copy.keptBy, rulesOf(copy)) : dropText(copy.leftOutBy, rulesOf(copy), limit);
  };
  const paint = { kept: colors.green, 'to-delete': colors.yellow, deleted: colors.yellow, failed: colors.red };
  const rules = jobs.map((job) => `${job.title}: ${rulesText(job.rules)}`);
  const limits = limit === undefined ? [] : [`it keeps only ${limit}`];
  const table = renderTable<RetainedCopy>(
    [
      { title: 'ID', cell: ({ id }) => id, shrinkTo: 8, style: (text) => colors.cyan(text) },
      { title: 'DATE', cell: ({ date }) => formatDate(date) },
      { title: 'NAME', cell: ({ name }) => name, shrinkTo: 10 },
      { title: '', cell: ({ state }) => verdicts[state], style: (text, { state }) => paint[state](text) },
      { title: 'REASON', cell: reason, shrinkTo: 20 },
    ],
    copies,
    { width, colors },
  );
  const head = [colors.bold(safeText(title)), ...[...rules, ...limits].map((rule) => colors.dim(safeText(rule)))].join('  ');
  return [head, copies.length === 0 ? colors.dim('no backups here') : table];
}

/** `2 deleted, 5 kept`. */
export function summaryLine({ locations }: RetentionReport): string {
  const copies = locations.flatMap((location) => location.copies);
  const count = (state: RetainedCopy['state']) => copies.filter((copy) => copy.state === state).length;
  const parts = [
    ...(count('deleted') > 0 ? [`${formatCount(count('deleted'), 'copy', 'copies')} deleted`] : []),
    ...(count('to-delete') > 0 ? [`${formatCount(count('to-delete'), 'copy', 'copies')} to delete`] : []),
    ...(count('failed') > 0 ? [`${formatCount(count('failed'), 'copy', 'copies')} could not be deleted`] : []),
    `${formatCount(count('kept'), 'copy', 'copies')} kept`,
  ];
  return parts.join(', ');
}

/** Tells the locations that were left out, and decides the exit code. */
export function endOf(context: CommandContext, { locations, unavailable }: RetentionReport): ExitCode {
  const { terminal } = context;
  for (const { location, error } of unavailable) {
    terminal.note(`${terminal.noteColors.yellow('!')} ${safeText(location)} was left as it is: ${safeText(error.message)}`);
  }
  const troubled = locations.some(({ copies }) => copies.some(({ error }) => error !== undefined));
  return troubled || unavailable.length > 0 ? exitCodes.warnings : exitCodes.success;
}
