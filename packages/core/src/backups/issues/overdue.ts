import type { Job } from '../jobs/job.js';
import type { JobRun } from '../jobs/job-run.js';
import { nextRun } from '../schedule/next-run.js';
import type { NewIssue } from './raised-issue.js';

const hour = 60 * 60_000;

export interface OverdueJob {
  readonly job: Job;
  /** The seed of its schedule. */
  readonly seed: string;
  /** Where its backups go now. */
  readonly locations: readonly { readonly id: string; readonly title: string }[];
  /** Newest first. */
  readonly runs: readonly JobRun[];
}

/**
 * Whether a job, or one of its locations, went without a backup for longer than its schedule allows: the first one that was missed is a whole period
 * ago, at least an hour and at most a day. So a job that runs every day may miss one, as retries or the next night make up for it.
 */
export function overdueIssues({ job, seed, locations, runs }: OverdueJob, now: Date): NewIssue[] {
  const { id, title, enabled, schedule } = job;
  if (!enabled || schedule === undefined) return [];
  const about = { id, title };
  const due = (after: string): Date | undefined => {
    // A new schedule says nothing about the time before it.
    const reference = new Date(Math.max(Date.parse(after), Date.parse(job.since)));
    const first = nextRun(schedule, reference, seed);
    const second = first === undefined ? undefined : nextRun(schedule, first, seed);
    if (first === undefined || second === undefined) return undefined;
    const grace = Math.min(24 * hour, Math.max(hour, second.getTime() - first.getTime()));
    return now.getTime() - first.getTime() > grace ? first : undefined;
  };

  const good = runs.find(({ state }) => state === 'complete' || state === 'partial');
  const since = due(good?.startedAt ?? job.since);
  // Nothing can be said about one location that isn't so of all of them.
  if (since !== undefined) return [{ code: 'backup-overdue', job: about, details: detailsOf('', good, since) }];

  return locations.flatMap((location): NewIssue[] => {
    const listed = runs.filter((run) => run.locations.some((at) => at.id === location.id));
    const stored = listed.find((run) => run.locations.some((at) => at.id === location.id && at.state === 'stored'));
    // One that was added after the last run has missed nothing.
    const reference = (stored ?? listed.at(-1))?.startedAt;
    const missedSince = reference === undefined ? undefined : due(reference);
    if (missedSince === undefined) return [];
    const [backup] = good?.backups ?? [];
    const details = { ...detailsOf(` at "${location.title}"`, stored, missedSince), ...(backup !== undefined && { backup }) };
    return [{ code: 'backup-overdue', job: about, location, details }];
  });
}

function detailsOf(
  place: string,
  last: JobRun | undefined,
  due: Date,
): { readonly place: string; readonly last: string; readonly due: string } {
  return { place, last: last === undefined ? 'never' : shown(last.startedAt), due: shown(due.toISOString()) };
}

function shown(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
