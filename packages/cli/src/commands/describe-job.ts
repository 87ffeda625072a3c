import type { Failure, Host, Job, JobRun, RetentionRules, RunState, Schedule } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import type { Colors } from '../output/colors.js';
import { formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';

/** `every day, 04:45–05:45`. */
export function describeSchedule(schedule: Schedule | undefined): string {
  if (schedule === undefined) return 'when told to';
  const { at, timeZone } = schedule;
  const zone = timeZone === undefined ? '' : ` (${timeZone})`;
  if (schedule.every === 'cron') return `cron ${schedule.expression}${zone}`;
  const time = at === undefined ? '04:45–05:45' : typeof at === 'string' ? at : `${at.from}–${at.to}`;
  return `${describeDays(schedule)}, ${time}${zone}`;
}

function describeDays(schedule: Exclude<Schedule, { every: 'cron' }>): string {
  switch (schedule.every) {
    case 'day':
      return 'every day';
    case 'week':
      return `every ${schedule.on.join(', ')}`;
    case 'month':
      return schedule.day === 'last' ? "every month's last day" : `every month on day ${schedule.day}`;
  }
}

export function describeRules(rules: RetentionRules): string {
  const names = Object.entries(rules).map(([name, number]) => `${name} ${number}`);
  return names.length === 0 ? 'all are kept' : names.join(', ');
}

/** Where it goes, with what differs there. */
export function describePlaces(host: Host, { locations, differing = [] }: Pick<Job, 'locations' | 'differing'>): string[] {
  const titles = new Map(host.locations.list().map(({ id, title }) => [id, title]));
  const places = locations === 'all' ? differing : locations;
  const lines = places.map(({ location, retention, encrypt, without = [] }) => {
    const differences = [
      ...(retention === undefined ? [] : [describeRules(retention)]),
      ...(encrypt === false ? ['NOT encrypted'] : []),
      ...(without.length === 0 ? [] : [`without ${without.join(', ')}`]),
    ];
    const title = titles.get(location) ?? `${location} (gone)`;
    return differences.length === 0 ? title : `${title}: ${differences.join('; ')}`;
  });
  return locations === 'all' ? ['all', ...lines] : lines;
}

const words: Readonly<Record<RunState, string>> = {
  running: 'running',
  complete: 'complete',
  partial: 'something is missing',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
};

/** `2026-01-31 04:52, complete`. */
export function describeRun({ startedAt, state }: JobRun): string {
  return `${formatDate(startedAt)}, ${words[state]}`;
}

export function colourOfState(state: RunState, colors: Colors): (text: string) => string {
  if (state === 'complete') return colors.green;
  return state === 'failed' ? colors.red : state === 'running' ? colors.cyan : colors.yellow;
}

/** What is wrong with a run, and what to do about it. */
export function runTroubles(run: JobRun, colors: Colors): string[] {
  return [
    ...(run.error === undefined || run.state === 'skipped' ? [] : failureLines('', run.error, colors)),
    ...run.locations.flatMap((location) => {
      if (location.error === undefined || run.error?.code === 'no-location-stored') return [];
      const again = location.nextAttempt === undefined ? '' : `, tried again ${formatDate(location.nextAttempt)}`;
      return failureLines(`not stored at ${safeText(location.title)}${again}: `, location.error, colors);
    }),
    ...run.sources.flatMap(({ name, state, problems }) => {
      if (state === 'complete') return [];
      const what = state === 'missing' ? 'its folder is not there' : `${formatCount(problems, 'file')} could not be read as they should`;
      return [`  ${colors.red('!')} ${safeText(name)}: ${what}`];
    }),
    ...(run.remarks ?? []).flatMap((remark) => failureLines('', remark, colors)),
  ];
}

function failureLines(what: string, { message, remedy }: Failure, colors: Colors): string[] {
  return [`  ${colors.red('!')} ${what}${safeText(message)}`, ...(remedy === '' ? [] : [`    ${safeText(remedy)}`])];
}
