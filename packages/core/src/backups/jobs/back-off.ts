import type { JobRun, RunTrigger } from './job-run.js';

const minute = 60_000;
/** How long after a failure it is tried again, each time more patiently; then never. */
const waits: readonly number[] = [5, 15, 60, 4 * 60, 12 * 60].map((minutes) => minutes * minute);

/** When something that failed so many times is tried next; `undefined` if no more. */
export function nextAttempt(attempts: number, now: Date): string | undefined {
  const wait = waits[attempts - 1];
  return wait === undefined ? undefined : new Date(now.getTime() + wait).toISOString();
}

/** When a run that failed as a whole is tried again. One that somebody asked for isn't: they see that it failed. */
export function nextWholeAttempt({ trigger, attempts = 1 }: JobRun, now: Date): Pick<JobRun, 'attempts' | 'nextAttempt'> {
  const next = repeats(trigger) ? nextAttempt(attempts, now) : undefined;
  return { attempts, ...(next === undefined ? {} : { nextAttempt: next }) };
}

function repeats(trigger: RunTrigger): boolean {
  return trigger !== 'manual';
}
