import type { JobRun } from '../../backups/jobs/job-run.js';

/**
 * When a job that failed is run again before its next time; `undefined` if it is not.
 *
 * @param runs of the job, newest first
 */
export function nextRepeat(runs: readonly JobRun[]): Date | undefined {
  const last = runs.find(({ state }) => state !== 'skipped');
  return last?.state === 'failed' && last.nextAttempt !== undefined ? new Date(last.nextAttempt) : undefined;
}

/** When locations that a run failed at are tried again; `undefined` if none is. */
export function nextRetry(run: JobRun): Date | undefined {
  const times = run.locations.flatMap(({ state, nextAttempt }) =>
    state === 'pending' && nextAttempt !== undefined ? [Date.parse(nextAttempt)] : [],
  );
  return run.state === 'running' || times.length === 0 ? undefined : new Date(Math.min(...times));
}
