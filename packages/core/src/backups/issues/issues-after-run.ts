import type { Job } from '../jobs/job.js';
import type { JobRun, RunLocation } from '../jobs/job-run.js';
import type { Failure } from '../summary.js';
import type { IssueCode } from './catalogue.js';
import type { NewIssue, RaisedIssue } from './raised-issue.js';
import type { IssueChanges } from './issue-store.js';

const longestReason = 1_500;

/** Codes that say what is wrong with a location better than that it can't be reached. */
const explaining: readonly IssueCode[] = [
  'access-lost',
  'location-gone',
  'quota-exceeded',
  'too-large',
  'not-encrypted',
  'local-storage-full',
];

/**
 * What a run of a job tells its user. A location that is still to get its copy is no issue yet: most get it within the hour.
 *
 * @param run the newest of the job, ended
 * @param open the issues that are known
 */
export function issuesAfterRun(run: JobRun, { id, title }: Pick<Job, 'id' | 'title'>, open: readonly RaisedIssue[]): IssueChanges {
  if (run.state !== 'complete' && run.state !== 'partial' && run.state !== 'failed') return { raised: [], cured: () => false };
  const job = { id, title };
  const about = run.state === 'failed' ? [failed(run, job)] : missing(run, job);
  const stored = new Set(run.locations.filter(({ state }) => state === 'stored').map((location) => location.id));
  return {
    raised: [...about, ...run.locations.flatMap((location) => unreachable(location, open))],
    cured: ({ code, job: of, location }) => {
      if (code === 'location-unreachable') return location !== undefined && stored.has(location.id);
      if (of?.id !== id) return false;
      if (code === 'backup-failed' || code === 'backup-partial') return true;
      return code === 'backup-overdue' && run.state !== 'failed' && (location === undefined || stored.has(location.id));
    },
  };
}

function failed({ error, locations }: JobRun, job: { id: string; title: string }): NewIssue {
  const failures = error === undefined ? locations.flatMap((location) => location.error ?? []) : [error];
  const reason = shortened(failures.map(({ message }) => message).join(' '));
  return { code: 'backup-failed', job, details: { reason: reason === '' ? 'nothing says why.' : reason, advice: adviceOf(failures) } };
}

function missing({ locations, sources }: JobRun, job: { id: string; title: string }): NewIssue[] {
  const without = locations.filter(({ state }) => state === 'failed');
  const parts = [
    ...without.map(
      ({ title, error }) => `"${title}" did not get it${error === undefined ? '' : ` (${withoutStop(reasonOf(title, error))})`}`,
    ),
    ...sources.flatMap(({ name, state, problems }) => {
      if (state === 'missing') return [`the source "${name}" is not in it`];
      if (state === 'complete') return [];
      return [`${problems === 1 ? 'one file' : `${problems} files`} of the source "${name}" could not be read`];
    }),
  ];
  if (parts.length === 0) return [];
  const advice = adviceOf(without.flatMap(({ error }) => error ?? []));
  return [{ code: 'backup-partial', job, details: { missing: `${shortened(parts.join('; '))}.`, advice } }];
}

/** A location that was given up on. What another issue explains needs no second one. */
function unreachable({ id, title, state, error }: RunLocation, open: readonly RaisedIssue[]): NewIssue[] {
  if (state !== 'failed' || error === undefined || !['location-failed', 'location-silent'].includes(error.code)) return [];
  if (open.some(({ code, location }) => location?.id === id && explaining.includes(code))) return [];
  return [{ code: 'location-unreachable', location: { id, title }, details: { reason: shortened(reasonOf(title, error)) } }];
}

/** Why, without saying again where. */
function reasonOf(title: string, { message }: Failure): string {
  const where = `Location "${title}": `;
  return message.startsWith(where) ? message.slice(where.length) : message;
}

function adviceOf(failures: readonly Failure[]): string {
  const advice = [...new Set(failures.map(({ remedy }) => remedy))].join(' ');
  return advice === '' ? 'See what the run says: `holdfast job runs`.' : shortened(advice);
}

function withoutStop(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text;
}

function shortened(text: string): string {
  return text.length <= longestReason ? text : `${text.slice(0, longestReason)} ...`;
}
