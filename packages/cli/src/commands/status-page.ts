import type { HostStatus, JobStatus, LocationStatus, ServiceWork } from '@holdfast/core';
import type { Colors } from '../output/colors.js';
import { formatBytes, formatCount, formatShare } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { type Column, renderFields, renderTable } from '../output/table.js';
import type { Terminal } from '../output/terminal.js';
import { dateInWords, inWords } from './status-times.js';

/** The status for a person: the answer first, then why, then what is where. */
export function renderStatus(status: HostStatus, { colors, width }: Pick<Terminal, 'colors' | 'width'>): string {
  const now = new Date(status.at);
  return [
    headline(status, colors),
    ...status.problems.map(({ severity, message }) => `  ${mark(severity, colors)} ${safeText(message)}`),
    '',
    renderFields(fields(status, now), colors),
    ...(status.jobs.length === 0 ? [] : ['', renderTable(jobColumns(now, colors), status.jobs, { width, colors })]),
    ...(status.locations.length === 0 ? [] : ['', renderTable(locationColumns(now, colors), status.locations, { width, colors })]),
  ].join('\n');
}

function headline({ health, jobs }: HostStatus, colors: Colors): string {
  if (health === 'trouble') return colors.red('Something is wrong:');
  if (health === 'warning') return colors.yellow('Something needs a look:');
  return jobs.some(({ enabled, automatic }) => enabled && automatic)
    ? colors.green('All is well.')
    : 'Nothing is wrong, and nothing is backed up by itself: holdfast job add';
}

function mark(severity: HostStatus['problems'][number]['severity'], colors: Colors): string {
  return severity === 'trouble' ? colors.red('!') : colors.yellow('!');
}

function fields(status: HostStatus, now: Date): [string, string][] {
  const { lastSuccess, nextRun, timeZone, kit, issues } = status;
  return [
    ['service', describeService(status, now)],
    ['last backup', lastSuccess === undefined ? 'never by itself' : dateInWords(lastSuccess, now)],
    ['next run', nextRun === undefined ? 'none' : `${dateInWords(nextRun.at, now)}, ${timeZone}: ${nextRun.title}`],
    [
      'kit',
      kit.state === 'saved'
        ? `saved ${inWords(kit.savedAt ?? '', now)}`
        : kit.state === 'no-key'
          ? 'there is no key'
          : 'NOT SAVED: holdfast kit save DIR',
    ],
    ['issues', issues.length === 0 ? 'none' : `${formatCount(issues.length, 'issue')}: holdfast issues`],
  ];
}

function describeService({ service: { state, holder, said } }: HostStatus, now: Date): string {
  if (state === 'none') {
    if (said === undefined) return 'not running';
    const ended =
      said.stoppedAt === undefined ? `killed, last seen ${inWords(said.heartbeat, now)}` : `stopped ${inWords(said.stoppedAt, now)}`;
    return said.mode === 'once'
      ? `not running; \`service --once\` ran ${inWords(said.stoppedAt ?? said.heartbeat, now)}`
      : `not running: ${ended}`;
  }
  const since = holder === undefined ? '' : `, process ${holder.pid} since ${dateInWords(holder.since, now)}`;
  if (state === 'unresponsive') return `UNRESPONSIVE${since}`;
  const own = said?.pid === holder?.pid ? said : undefined;
  return `${own?.state === 'stopping' ? 'stopping' : 'running'}${since}${own?.work === undefined ? '' : `; ${describeWork(own.work)}`}`;
}

function describeWork({ task, title, progress }: ServiceWork): string {
  const share = progress?.totalBytes === undefined ? '' : `, ${progress.phase} ${formatShare(progress.bytes, progress.totalBytes)}`;
  return `at work on ${title ?? task}${share}`;
}

function jobColumns(now: Date, colors: Colors): Column<JobStatus>[] {
  return [
    { title: 'JOB', cell: ({ title }) => title, shrinkTo: 12, style: (text) => colors.bold(text) },
    { title: 'LAST RUN', cell: (job) => lastRun(job, now), style: (text, job) => runColor(job, colors)(text) },
    { title: 'NEXT RUN', cell: (job) => nextRunOf(job, now) },
  ];
}

function lastRun({ running, last }: JobStatus, now: Date): string {
  if (running !== undefined) return `running, began ${inWords(running.startedAt, now)}`;
  return last === undefined ? 'never' : `${last.state} ${inWords(last.endedAt ?? last.startedAt, now)}`;
}

function runColor({ running, last }: JobStatus, colors: Colors): (text: string) => string {
  if (running !== undefined || last === undefined) return (text) => text;
  if (last.state === 'complete') return colors.green;
  return last.state === 'failed' ? colors.red : colors.yellow;
}

function nextRunOf({ enabled, automatic, due, next }: JobStatus, now: Date): string {
  if (!enabled) return 'disabled';
  if (!automatic) return 'when told to';
  if (due !== undefined) return `due since ${dateInWords(due, now)}`;
  return next === undefined ? 'never' : dateInWords(next, now);
}

function locationColumns(now: Date, colors: Colors): Column<LocationStatus>[] {
  return [
    { title: 'LOCATION', cell: ({ title }) => title, shrinkTo: 12, style: (text) => colors.bold(text) },
    { title: 'NEWEST AUTOMATIC', cell: ({ newest }) => (newest === undefined ? '-' : dateInWords(newest.at, now)) },
    { title: 'AUTOMATIC', cell: ({ automatic }) => amount(automatic), align: 'right' },
    { title: 'OTHERS', cell: ({ others }) => amount(others), align: 'right' },
    {
      title: 'HEALTH',
      cell: healthOf,
      style: (text, { state, alarms }) => (state === 'unreachable' || alarms > 0 ? colors.red(text) : text),
    },
  ];
}

function amount(of: LocationStatus['automatic']): string {
  if (of === undefined) return '-';
  return of.count === 0 ? '0' : `${of.count}, ${formatBytes(of.bytes)}`;
}

function healthOf({ state, alarms }: LocationStatus): string {
  if (state === 'unreachable') return 'does not answer';
  if (alarms > 0) return formatCount(alarms, 'alarm');
  return state === 'reachable' ? 'ok' : 'not asked';
}
