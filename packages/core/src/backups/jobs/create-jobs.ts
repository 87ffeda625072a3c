import type { ConfigFile } from '../../config/config-file.js';
import { cancellable } from '../cancellation.js';
import { planRun } from '../schedule/plan-run.js';
import { jobError } from './errors.js';
import type { Job } from './job.js';
import type { JobRun } from './job-run.js';
import type { Jobs, RunJobOptions } from './job-store.js';
import type { RetryServices } from './retry-run.js';
import { changeStoredJobs, findJob, storedJobs } from './stored-jobs.js';

/** The jobs of a host. What runs them is loaded when one runs. */
export function createJobs(configFile: ConfigFile, running: RetryServices): Jobs {
  const { services, runs, hooks } = running;
  const list = () => storedJobs(configFile);
  const withHooks = ({ hooks: own }: Pick<RunJobOptions, 'hooks'>): RetryServices => ({
    ...running,
    hooks: own === undefined ? hooks : [...hooks, own],
  });
  return {
    list,
    get: (idOrTitle) => findJob(idOrTitle, list()),
    async add(wanted) {
      const { draftJob } = await import('./job-draft.js');
      const known = list().map(({ id }) => id);
      await changeStoredJobs(configFile, (jobs) => [...jobs, draftJob(services, wanted, jobs)]);
      return list().findLast(({ id }) => !known.includes(id)) ?? findJob(wanted.title ?? '', list());
    },
    async change(idOrTitle, changes) {
      const { changedJob } = await import('./job-draft.js');
      const { id } = findJob(idOrTitle, list());
      await changeStoredJobs(configFile, (jobs) => jobs.map((job) => (job.id === id ? changedJob(services, job, changes, jobs) : job)));
      return findJob(id, list());
    },
    async remove(idOrTitle) {
      const { id } = findJob(idOrTitle, list());
      await changeStoredJobs(configFile, (jobs) => jobs.filter((job) => job.id !== id));
    },
    async run(idOrTitle, options = {}) {
      const job = findJob(idOrTitle, list());
      const { runJob } = await import('./run-job.js');
      return runJob(withHooks(options), job, options, options.signal ?? new AbortController().signal);
    },
    retry: (run, options = {}) =>
      cancellable(options.signal, async (signal) => {
        const { retryRun } = await import('./retry-run.js');
        return retryRun(withHooks(options), run, list(), options, signal);
      }),
    runs: async ({ job, limit } = {}) => runs.runs({ job: job === undefined ? undefined : idOf(job, list()), limit }),
    async getRun(id) {
      const run = await runs.get(id);
      if (run === undefined) throw jobError('unknown-run', { id });
      return run;
    },
    async plan(idOrTitle, now = services.clock.now()) {
      const { id, enabled, schedule, since } = findJob(idOrTitle, list());
      if (!enabled || schedule === undefined) return {};
      // A clock that was far ahead left runs that count for nothing: see `RunTimes`.
      const isPast = ({ startedAt }: JobRun) => Date.parse(startedAt) - now.getTime() <= 24 * 60 * 60_000;
      const last = await runs.last(id, (run) => (run.trigger === 'schedule' || run.trigger === 'missed') && isPast(run));
      const lastStarted = last === undefined ? {} : { lastStarted: new Date(last.startedAt) };
      return planRun(schedule, `${services.instance.id} ${id}`, { since: new Date(since), ...lastStarted }, now);
    },
  };
}

/** Also of a job that is gone: its runs are still known. */
function idOf(idOrTitle: string, jobs: readonly Job[]): string {
  return /^[0-9a-f]{8}$/.test(idOrTitle) && jobs.every(({ id }) => id !== idOrTitle) ? idOrTitle : findJob(idOrTitle, jobs).id;
}
