import type { Job } from '../../backups/jobs/job.js';
import type { JobRun, RunTrigger } from '../../backups/jobs/job-run.js';
import type { RunPlan } from '../../backups/schedule/plan-run.js';
import { nextRepeat, nextRetry } from './repeated-runs.js';

/** What is known when it is decided what to do now. */
export interface Situation {
  readonly now: Date;
  /** Since when nothing was slept through: what was due before was missed. */
  readonly awakeSince: Date;
  readonly jobs: readonly { readonly job: Job; readonly plan: RunPlan }[];
  /** Newest first. */
  readonly runs: readonly JobRun[];
  /** Ids of jobs whose run was broken off when the service was stopped. */
  readonly brokenOff: readonly string[];
}

/** A run that is to begin, or whose locations are to be tried again. */
export type DueWork =
  | { readonly task: 'job'; readonly key: string; readonly job: Job; readonly trigger: RunTrigger; readonly dueAt: Date }
  | { readonly task: 'retry'; readonly key: string; readonly job: Job; readonly run: JobRun; readonly dueAt: Date };

export interface WorkPlan {
  /** In the order in which it is to be done. `key` tells one occasion from the next. */
  readonly due: readonly DueWork[];
  /** When there is something to do again, as far as is known. */
  readonly nextAt?: Date;
  /** The next run by a schedule. */
  readonly nextRun?: { readonly job: Job; readonly at: Date };
}

/** What is due now, what was due first first, and what comes next. Decided from the clock, the schedules and the log of runs alone. */
export function planWork(situation: Situation): WorkPlan {
  const { now, jobs, runs } = situation;
  const running = new Set(runs.filter(({ state }) => state === 'running').map(({ job }) => job));
  const enabled = jobs.filter(({ job }) => job.enabled);
  const candidates = [
    ...enabled.filter(({ job }) => !running.has(job.id)).flatMap(({ job, plan }) => dueRun(job, plan, situation) ?? []),
    ...jobs.flatMap(({ job }) => runs.filter((run) => run.job === job.id).flatMap((run) => retryOf(run, job) ?? [])),
  ];
  const upcoming = enabled.flatMap(({ job, plan }) => (plan.next === undefined ? [] : [{ job, at: plan.next }]));
  const nextRun = earliest(upcoming, ({ at }) => at);
  const waiting = [...candidates.map(({ dueAt }) => dueAt).filter((at) => at > now), ...upcoming.map(({ at }) => at)];
  const nextAt = earliest(waiting, (at) => at);
  return {
    due: candidates.filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime()),
    ...(nextAt !== undefined && { nextAt }),
    ...(nextRun !== undefined && { nextRun }),
  };
}

/** A job has one reason to run at a time: its own time comes before what is to be repeated. */
function dueRun(job: Job, { due }: RunPlan, { runs, brokenOff, awakeSince, now }: Situation): DueWork | undefined {
  if (due !== undefined) {
    const trigger = due < awakeSince ? 'missed' : 'schedule';
    return { task: 'job', key: `${job.id} ${due.toISOString()}`, job, trigger, dueAt: due };
  }
  const own = runs.filter((run) => run.job === job.id);
  const repeat = brokenOff.includes(job.id) ? now : nextRepeat(own);
  if (repeat === undefined) return undefined;
  return { task: 'job', key: `${job.id} after ${own[0]?.id ?? 'stop'}`, job, trigger: 'retry', dueAt: repeat };
}

function retryOf(run: JobRun, job: Job): DueWork | undefined {
  const dueAt = nextRetry(run);
  return dueAt === undefined ? undefined : { task: 'retry', key: `${run.id} ${dueAt.toISOString()}`, job, run, dueAt };
}

function earliest<Item>(items: readonly Item[], timeOf: (item: Item) => Date): Item | undefined {
  return items.reduce<Item | undefined>((first, item) => (first === undefined || timeOf(item) < timeOf(first) ? item : first), undefined);
}
