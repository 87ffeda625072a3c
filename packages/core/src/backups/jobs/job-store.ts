import type { LockHolder } from '../../base/process-lock.js';
import type { OnProgress } from '../progress.js';
import type { RetentionRules } from '../retention/rules.js';
import type { RunPlan } from '../schedule/plan-run.js';
import type { Schedule } from '../schedule/schedule.js';
import type { SourceSpec } from '../sources/source.js';
import type { Hook, Job, JobLocation } from './job.js';
import type { JobHooks } from './job-hooks.js';
import type { JobRun, RunTrigger } from './job-run.js';

/** A job to be added. Locations are named by id or title. */
export interface NewJob {
  /** Default "Automatic backup", with a number if there is one of that name. */
  readonly title?: string;
  /** Default true. */
  readonly enabled?: boolean;
  readonly sources: readonly SourceSpec[];
  /** Default every day, in the default window. `null`: it runs only when it is told to. */
  readonly schedule?: Schedule | null;
  /** Default `all`. */
  readonly locations?: 'all' | readonly JobLocation[];
  /** What differs at some of them, where they are `all`. */
  readonly differing?: readonly JobLocation[];
  /** Default the newest three. `{}` keeps all. */
  readonly retention?: RetentionRules;
  readonly encryption?: 'v2' | 'v3' | null;
  readonly compressionLevel?: number | null;
  readonly before?: Hook | null;
  readonly after?: Hook | null;
}

/** What is not given stays as it is; `null` takes away what can be absent. */
export type JobChanges = Partial<NewJob>;

export interface RunJobOptions {
  /** Default `manual`. */
  readonly trigger?: RunTrigger;
  readonly onProgress?: OnProgress;
  /** While another process or job works on the backups: `wait` (default), at most an hour, or `skip`, which is noted. */
  readonly onBusy?: 'wait' | 'skip';
  /** Called once, if there is somebody to wait for. */
  readonly onWaiting?: (holder: LockHolder | undefined) => void;
  /** Called before and after, behind the host's own. */
  readonly hooks?: JobHooks;
  /** Ends the run at any time, as `cancelled`. */
  readonly signal?: AbortSignal;
}

/** What is backed up by itself. A job is named by its id or title. */
export interface Jobs {
  /** In the order in which they were added. */
  list(): readonly Job[];
  /** @throws `unknown-job` */
  get(idOrTitle: string): Job;
  /** @throws `job-invalid`, and what is wrong with its sources' names or its locations */
  add(job: NewJob): Promise<Job>;
  /** A new schedule counts from now on. @throws as `add` */
  change(idOrTitle: string, changes: JobChanges): Promise<Job>;
  /** Its backups stay where they are; no retention looks after them any more. */
  remove(idOrTitle: string): Promise<void>;
  /** Rejects only for wrong input: what became of the backup is said by the run. */
  run(idOrTitle: string, options?: RunJobOptions): Promise<JobRun>;
  /**
   * Tries the pending locations of a run again, from a copy that another location holds. Says how the run stands then; rejects only for
   * wrong input.
   *
   * @throws `unknown-run`
   */
  retry(run: string, options?: Omit<RunJobOptions, 'trigger'>): Promise<JobRun>;
  /** Newest first. */
  runs(options?: { readonly job?: string; readonly limit?: number }): Promise<readonly JobRun[]>;
  /** @throws `unknown-run` */
  getRun(id: string): Promise<JobRun>;
  /** What is due, and what comes next. Empty for a job that doesn't run by itself. */
  plan(idOrTitle: string, now?: Date): Promise<RunPlan>;
}
