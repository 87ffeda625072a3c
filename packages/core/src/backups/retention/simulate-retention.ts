import { nextRun } from '../schedule/next-run.js';
import type { Schedule } from '../schedule/schedule.js';
import { type DropReason, type KeepReason, planRetention, type RetainedBackup } from './plan-retention.js';
import type { RetentionRules } from './rules.js';

/** What rules will have done after some years, if every run succeeds. */
export interface Simulation {
  /** ISO 8601 in UTC, as all times. */
  readonly until: string;
  readonly runs: number;
  /** The most copies that there are at a time, just after a backup. */
  readonly most: number;
  /** What there is at the end, newest first. */
  readonly kept: readonly SimulatedCopy[];
  /** In the order in which they go. */
  readonly deleted: readonly SimulatedDeletion[];
  /** How it stands at the end of each year from now. */
  readonly years: readonly { readonly at: string; readonly kept: number; readonly oldest?: string }[];
}

export interface SimulatedCopy {
  readonly date: string;
  /** Of a backup that there is already. */
  readonly id?: string;
  readonly keptBy: readonly KeepReason[];
}

export interface SimulatedDeletion {
  /** When it goes. */
  readonly at: string;
  readonly date: string;
  readonly id?: string;
  readonly leftOutBy: readonly DropReason[];
}

export interface SimulatedJob {
  readonly schedule: Schedule;
  /** What its times are drawn from. */
  readonly seed: string;
  readonly rules: RetentionRules;
  /** What there is now. */
  readonly existing: readonly RetainedBackup[];
}

/** More runs than this are not played: a schedule of every minute over years would take minutes. */
const mostRuns = 50_000;

/** Plays a schedule from now on: at each run there is one more backup, good and verified, and the rules are applied. Looks at nothing but the calendar. */
export function simulateRetention({ schedule, seed, rules, existing }: SimulatedJob, now: Date, years: number): Simulation {
  const { timeZone } = schedule;
  const ends = Array.from({ length: years }, (_, index) => yearsLater(now, index + 1));
  const end = ends.at(-1) ?? now;
  const real = new Set(existing.map(({ id }) => id));
  const realId = (id: string) => (real.has(id) ? { id } : {});
  let copies = [...existing];
  let at = now;
  let runs = 0;
  let most = copies.length;
  const deleted: SimulatedDeletion[] = [];
  const marks: { at: string; kept: number; oldest?: string }[] = [];
  const markUntil = (time: Date) => {
    for (let mark = ends[marks.length]; mark !== undefined && mark < time; mark = ends[marks.length]) {
      const oldest = copies.reduce<Date | undefined>((first, { date }) => (first === undefined || date < first ? date : first), undefined);
      marks.push({ at: mark.toISOString(), kept: copies.length, ...(oldest && { oldest: oldest.toISOString() }) });
    }
  };
  for (let next = nextRun(schedule, at, seed); next !== undefined && next <= end && runs < mostRuns; next = nextRun(schedule, at, seed)) {
    markUntil(next);
    at = next;
    runs += 1;
    copies = [{ id: at.toISOString(), date: at, automatic: true, pinned: false, good: true, verified: true }, ...copies];
    most = Math.max(most, copies.length);
    const leaving = new Map(
      planRetention(copies, rules, at, { timeZone })
        .filter(({ keptBy }) => keptBy.length === 0)
        .map((decision) => [decision.id, decision]),
    );
    if (leaving.size === 0) continue;
    copies = copies.filter(({ id }) => !leaving.has(id));
    for (const { id, date, leftOutBy } of [...leaving.values()].reverse()) {
      deleted.push({ at: at.toISOString(), date: date.toISOString(), ...realId(id), leftOutBy });
    }
  }
  const until = runs < mostRuns ? end : at;
  if (runs < mostRuns) markUntil(new Date(end.getTime() + 1));
  const kept = planRetention(copies, rules, at, { timeZone }).map(({ id, date, keptBy }) => ({
    date: date.toISOString(),
    ...realId(id),
    keptBy,
  }));
  return { until: until.toISOString(), runs, most, kept, deleted, years: marks };
}

function yearsLater(date: Date, years: number): Date {
  const later = new Date(date);
  later.setUTCFullYear(later.getUTCFullYear() + years);
  return later;
}
