import { type Periods, periodsOf } from './local-calendar.js';
import { keepsAll, type RetentionRules } from './rules.js';

/** What retention knows about one copy of a backup, at one location. */
export interface RetainedBackup {
  readonly id: string;
  readonly date: Date;
  /** Made by a job of this instance; others are never deleted. */
  readonly automatic: boolean;
  /** Its user wants it kept. */
  readonly pinned: boolean;
  /** Nothing is known to be wrong with it. */
  readonly good: boolean;
  /** It was proven whole there, at upload or later. */
  readonly verified: boolean;
}

export type KeepReason =
  | { readonly rule: keyof RetentionRules; readonly number: number }
  | { readonly rule: 'no-rules' | 'not-automatic' | 'pinned' | 'last-good' | 'last-verified' };

export interface RetentionDecision {
  readonly id: string;
  readonly date: Date;
  /** Empty for a backup that is to be deleted. */
  readonly keptBy: readonly KeepReason[];
}

const periodRules = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

/**
 * Decides about each backup of one location, the newest first. The last good one and the last verified one stay whatever the rules say, so a
 * location is never without one; and an old one stays until a newer one is verified. What counts is the calendar, so it makes no difference how often this is asked.
 */
export function planRetention(
  backups: readonly RetainedBackup[],
  rules: RetentionRules,
  now: Date,
  timeZone?: string,
): RetentionDecision[] {
  const sorted = [...backups].sort((a, b) => b.date.getTime() - a.date.getTime() || (a.id < b.id ? 1 : -1));
  // A damaged one takes no place among those that are kept.
  const counted = sorted.filter(({ automatic, good }) => automatic && good);
  const kept = new Map<RetainedBackup, KeepReason[]>(sorted.map((backup) => [backup, []]));
  const keep = (backup: RetainedBackup | undefined, reason: KeepReason) => backup && kept.get(backup)?.push(reason);

  if (keepsAll(rules)) for (const backup of sorted) keep(backup, { rule: 'no-rules' });
  for (const backup of sorted.filter(({ automatic }) => !automatic)) keep(backup, { rule: 'not-automatic' });
  for (const backup of sorted.filter(({ pinned }) => pinned)) keep(backup, { rule: 'pinned' });
  for (const [index, backup] of counted.slice(0, rules.copies ?? 0).entries()) keep(backup, { rule: 'copies', number: index + 1 });
  keepDays(counted, rules.days ?? 0, now, timeZone, keep);
  for (const rule of periodRules) keepPeriods(counted, rule, rules[rule] ?? 0, timeZone, keep);
  keep(
    sorted.find(({ good }) => good),
    { rule: 'last-good' },
  );
  keep(
    sorted.find(({ good, verified }) => good && verified),
    { rule: 'last-verified' },
  );
  return sorted.map((backup) => ({ id: backup.id, date: backup.date, keptBy: kept.get(backup) ?? [] }));
}

type Keep = (backup: RetainedBackup | undefined, reason: KeepReason) => void;

function keepDays(backups: readonly RetainedBackup[], days: number, now: Date, timeZone: string | undefined, keep: Keep): void {
  if (days === 0) return;
  const today = periodsOf(now, timeZone).dayNumber;
  for (const backup of backups) {
    const age = today - periodsOf(backup.date, timeZone).dayNumber;
    // One from a clock that was ahead is young, not old.
    if (age < days) keep(backup, { rule: 'days', number: Math.max(age, 0) + 1 });
  }
}

function keepPeriods(
  backups: readonly RetainedBackup[],
  rule: (typeof periodRules)[number],
  count: number,
  timeZone: string | undefined,
  keep: Keep,
): void {
  const seen = new Set<Periods[typeof rule]>();
  for (const backup of backups) {
    if (seen.size >= count) return;
    const period = periodsOf(backup.date, timeZone)[rule];
    if (seen.has(period)) continue;
    seen.add(period);
    keep(backup, { rule, number: seen.size });
  }
}
