import type { Host, JobRun } from '@holdfast/core';
import type { Colors } from '../output/colors.js';
import { formatDate } from '../output/dates.js';
import { formatDuration } from '../output/quantities.js';
import { renderFields, renderTable } from '../output/table.js';
import type { CommandContext } from '../run/context.js';
import { colourOfState, runTroubles } from './describe-job.js';

/** Lists how jobs ran, or shows one run. */
export async function listRuns(
  context: CommandContext,
  id: string | undefined,
  { job, limit }: { readonly job?: string; readonly limit: number },
): Promise<undefined> {
  const host = await context.host('shared');
  const { colors, width } = context.terminal;
  if (id !== undefined) {
    const run = await host.jobs.getRun(id);
    context.terminal.answer({ run }, () => renderRun(host, run, colors));
    return;
  }
  const runs = await host.jobs.runs({ limit, ...(job !== undefined && { job }) });
  context.terminal.answer({ runs }, () =>
    runs.length === 0
      ? 'No job has run yet.'
      : renderTable(
          [
            { title: 'RUN', cell: (run) => run.id, style: (text) => colors.cyan(text) },
            { title: 'JOB', cell: (run) => titleOf(host, run), shrinkTo: 12 },
            { title: 'BEGAN', cell: ({ startedAt }) => formatDate(startedAt) },
            { title: 'TOOK', cell: durationOf, align: 'right' },
            { title: 'STATE', cell: ({ state }) => state, style: (text, { state }) => colourOfState(state, colors)(text) },
            { title: 'BECAUSE', cell: ({ trigger }) => trigger },
            { title: 'STORED AT', cell: ({ locations }) => storedAt(locations), shrinkTo: 10 },
          ],
          runs,
          { width, colors },
        ),
  );
}

export function renderRun(host: Host, run: JobRun, colors: Colors): string {
  const { id, state, trigger, locations, backups, nextAttempt } = run;
  return [
    `${colourOfState(state, colors)(state)}  ${colors.bold(titleOf(host, run))}`,
    renderFields(
      [
        ['run', `${id}, ${trigger}`],
        ['began', formatDate(run.startedAt)],
        ['took', durationOf(run)],
        ...backups.map((backup): [string, string] => ['backup', backup]),
        ['stored at', storedAt(locations) || 'nowhere'],
        ...(nextAttempt === undefined ? [] : ([['tried again', formatDate(nextAttempt)]] as const)),
      ],
      colors,
      '  ',
    ),
    ...runTroubles(run, colors),
  ].join('\n');
}

function storedAt(locations: JobRun['locations']): string {
  return locations
    .filter(({ state }) => state === 'stored')
    .map(({ title }) => title)
    .join(', ');
}

function titleOf(host: Host, { job }: JobRun): string {
  return host.jobs.list().find(({ id }) => id === job)?.title ?? `${job} (gone)`;
}

function durationOf({ startedAt, endedAt }: JobRun): string {
  return endedAt === undefined ? '' : formatDuration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
}
