import { describeFailure } from '../failure.js';
import type { Failure } from '../summary.js';
import { jobError } from './errors.js';
import type { Job } from './job.js';
import type { JobRun } from './job-run.js';
import { type HookEnvironment, runHook } from './run-hook.js';

/** What a host app does before and after each run of a job, to make its data consistent, say. Waited for. */
export interface JobHooks {
  /** If it rejects, there is no backup. */
  before?(about: JobMoment): unknown;
  /** When the sources were read, whatever became of it, also of `before`. If it rejects, the run is partial at best. */
  after?(about: JobMoment): unknown;
  /** Of each of them, seconds. Default 600. */
  readonly timeLimit?: number;
}

export interface JobMoment {
  readonly job: Job;
  readonly run: JobRun;
  /** Fires when it has to end: its time is over, or the run was cancelled. */
  readonly signal: AbortSignal;
}

const defaultSeconds = 600;

/** Calls the apps' functions, the host's first, then the job's own command. @throws `callback-failed`, `hook-failed`, the signal's reason */
export async function before(hooks: readonly JobHooks[], job: Job, run: JobRun, signal: AbortSignal): Promise<void> {
  for (const each of hooks) await call(each, 'before', { job, run }, signal);
  if (job.before !== undefined) await runHook(job.before, { when: 'before', job: job.title }, environmentOf(job, run), signal);
}

/** The other way round: the job's command, then the apps' functions. All of them, however they fare. @returns what failed */
export async function after(hooks: readonly JobHooks[], job: Job, run: JobRun, state: string): Promise<Failure[]> {
  // Not the run's own signal: what was stopped is to go on, also if the backup was cancelled.
  const { signal } = new AbortController();
  const failures: Failure[] = [];
  const note = (error: unknown) => failures.push(describeFailure(error));
  if (job.after !== undefined) {
    const environment = { ...environmentOf(job, run), HOLDFAST_RUN_STATE: state };
    await runHook(job.after, { when: 'after', job: job.title }, environment, signal).catch(note);
  }
  for (const each of hooks.toReversed()) await call(each, 'after', { job, run }, signal).catch(note);
  return failures;
}

function environmentOf(job: Job, run: JobRun): HookEnvironment {
  return { HOLDFAST_JOB: job.id, HOLDFAST_JOB_TITLE: job.title, HOLDFAST_RUN: run.id };
}

async function call(
  hooks: JobHooks,
  when: 'before' | 'after',
  about: { readonly job: Job; readonly run: JobRun },
  signal: AbortSignal,
): Promise<void> {
  const { timeLimit = defaultSeconds } = hooks;
  if (hooks[when] === undefined) return;
  signal.throwIfAborted();
  const limit = AbortSignal.timeout(timeLimit * 1000);
  const ended = AbortSignal.any([signal, limit]);
  try {
    const work = Promise.resolve(hooks[when]({ ...about, signal: ended }));
    await Promise.race([work, rejection(ended)]);
  } catch (error) {
    signal.throwIfAborted();
    const what = limit.aborted ? `it took more than ${timeLimit} seconds` : error instanceof Error ? error.message : String(error);
    throw jobError('callback-failed', { when, what }, error);
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped', { cause: signal.reason })), { once: true });
  });
}
