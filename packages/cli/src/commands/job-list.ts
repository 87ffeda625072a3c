import type { Host, Job, JobRun } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { renderFields, renderTable } from '../output/table.js';
import type { CommandContext } from '../run/context.js';
import { colourOfState, describePlaces, describeRules, describeRun, describeSchedule } from './describe-job.js';

/** A job with what is known of its runs. */
export type ShownJob = Job & {
  /** ISO 8601. Absent where it doesn't run by itself. */
  readonly nextRun?: string;
  /** Since when a run should have begun that has not. */
  readonly due?: string;
  readonly lastRun?: JobRun;
};

export async function listJobs(context: CommandContext): Promise<undefined> {
  const host = await context.host('shared');
  const jobs = await Promise.all(host.jobs.list().map(async (job) => shownJob(host, job)));
  const { colors, width } = context.terminal;
  context.terminal.answer({ jobs }, () =>
    jobs.length === 0
      ? 'Nothing is backed up by itself yet. Begin with: holdfast job add DIR'
      : renderTable(
          [
            { title: 'ID', cell: ({ id }) => id, style: (text) => colors.cyan(text) },
            { title: 'TITLE', cell: ({ title }) => title, shrinkTo: 12, style: (text) => colors.bold(text) },
            { title: 'WHEN', cell: ({ schedule }) => describeSchedule(schedule), shrinkTo: 12 },
            { title: 'NEXT RUN', cell: nextRunOf },
            {
              title: 'LAST RUN',
              cell: ({ lastRun }) => (lastRun === undefined ? 'never' : describeRun(lastRun)),
              style: (text, { lastRun }) => (lastRun === undefined ? text : colourOfState(lastRun.state, colors)(text)),
            },
            { title: 'SOURCES', cell: ({ sources }) => sources.map(({ name }) => name).join(', '), shrinkTo: 10 },
          ],
          jobs,
          { width, colors },
        ),
  );
}

export async function showJob(context: CommandContext, idOrTitle: string): Promise<undefined> {
  const host = await context.host('shared');
  const job = await shownJob(host, host.jobs.get(idOrTitle));
  context.terminal.answer({ job }, () => renderJob(context, host, job));
}

export async function shownJob(host: Host, job: Job): Promise<ShownJob> {
  const { next, due } = await host.jobs.plan(job.id);
  const [lastRun] = await host.jobs.runs({ job: job.id, limit: 1 });
  return {
    ...job,
    ...(next !== undefined && { nextRun: next.toISOString() }),
    ...(due !== undefined && { due: due.toISOString() }),
    ...(lastRun !== undefined && { lastRun }),
  };
}

export function renderJob({ terminal: { colors } }: CommandContext, host: Host, job: ShownJob): string {
  const { before, after, lastRun } = job;
  return [
    colors.bold(job.title),
    renderFields(
      [
        ['id', job.id],
        ...job.sources.flatMap(({ name, path, exclude = [] }): [string, string][] => [
          ['source', `${name} = ${path}${exclude.length === 0 ? '' : `, without ${exclude.join(', ')}`}`],
        ]),
        ['when', describeSchedule(job.schedule)],
        ['next run', nextRunOf(job)],
        ...describePlaces(host, job).map((place): [string, string] => ['to', place]),
        ['kept', describeRules(job.retention)],
        ...(job.encryption === undefined ? [] : ([['encryption', job.encryption]] as const)),
        ...(job.compressionLevel === undefined ? [] : ([['level', String(job.compressionLevel)]] as const)),
        ...(before === undefined ? [] : ([['before', `${before.command.join(' ')} (at most ${before.timeLimit} s)`]] as const)),
        ...(after === undefined ? [] : ([['after', `${after.command.join(' ')} (at most ${after.timeLimit} s)`]] as const)),
        ['last run', lastRun === undefined ? 'never' : describeRun(lastRun)],
      ],
      colors,
      '  ',
    ),
  ].join('\n');
}

function nextRunOf({ enabled, schedule, nextRun, due }: ShownJob): string {
  if (!enabled) return 'disabled';
  if (schedule === undefined) return 'when told to';
  if (due !== undefined) return `due since ${formatDate(due)}`;
  return nextRun === undefined ? 'never' : formatDate(nextRun);
}
