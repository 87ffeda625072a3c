import { nextRun } from './next-run.js';
import type { Schedule } from './schedule.js';

/** What is known about a job's runs. */
export interface RunTimes {
  /** When the schedule was set. */
  readonly since: Date;
  /** When the job last began by schedule; absent before its first run. Not one of more than a day from now, as of a clock that was far ahead. */
  readonly lastStarted?: Date;
}

export interface RunPlan {
  /** The run that should have begun by now, however many were missed: it is made up for once. */
  readonly due?: Date;
  /** The next one after now. */
  readonly next?: Date;
}

const day = 24 * 60 * 60_000;

/** Whether a job is to begin now, and when it begins next. Decided from the clock alone, so restarts change nothing. */
export function planRun(schedule: Schedule, seed: string, { since, lastStarted }: RunTimes, now: Date): RunPlan {
  // A clock that was far ahead must not stop all runs until that day comes; one that is put right by an hour must not double one.
  const dates = [since, ...(lastStarted === undefined ? [] : [lastStarted])].map((date) => date.getTime());
  const past = dates.filter((time) => time - now.getTime() <= day);
  // Without any, what was planned for the last day is due.
  const reference = new Date(past.length === 0 ? now.getTime() - day : Math.max(...past));
  const planned = nextRun(schedule, reference, seed);
  if (planned === undefined) return {};
  if (planned > now) return { next: planned };
  const next = nextRun(schedule, now, seed);
  return { due: planned, ...(next !== undefined && { next }) };
}
