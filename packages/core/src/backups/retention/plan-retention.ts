import { periodsOf } from './local-calendar.js';
import { keepsAll, periodRules, type PeriodRule, type RetentionRules } from './rules.js';

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
  /** Every source that its job has now is in it. Default true. */
  readonly complete?: boolean;
  /** It was proven whole there, at upload or later. */
  readonly verified: boolean;
}

export type KeepReason =
  | { readonly rule: keyof RetentionRules; readonly number: number }
  | { readonly rule: 'no-rules' | 'not-automatic' | 'pinned' | 'last-good' | 'last-complete' | 'last-verified' }
  /** Retention has no say about it: see {@link OutsideReason}. */
  | { readonly rule: OutsideReason };

/** Why retention leaves a copy alone. `changed`: it is not what this host put there; `unproven`: nobody can prove who made it. */
export type OutsideReason =
  | 'by-hand'
  | 'other-instance'
  | 'other-job'
  | 'job-removed'
  | 'job-elsewhere'
  | 'changed'
  | 'unproven'
  | 'foreign';

/** Why a rule doesn't keep a backup. */
export type DropReason =
  /** It is the `number`th: of the newest, of the days, or of the periods, counted from now back. `limit`: where the location itself keeps only so many. */
  | { readonly rule: keyof RetentionRules | 'limit'; readonly number: number }
  /** A newer one, of that id, stands for its period. */
  | { readonly rule: PeriodRule; readonly instead: string }
  /** It is damaged, and a location that keeps only so many has no place for it. */
  | { readonly rule: 'damaged' };

export interface RetentionDecision {
  readonly id: string;
  readonly date: Date;
  /** Empty for a backup that is to be deleted. */
  readonly keptBy: readonly KeepReason[];
  /** Why no rule keeps it; empty for one that is kept. */
  readonly leftOutBy: readonly DropReason[];
}

export interface PlanOptions {
  /** IANA name; default this machine's. */
  readonly timeZone?: string | undefined;
  /**
   * What becomes of damaged ones, which never take the place of a good one. `like-good` (default): each is kept as long as it would be if it were good, since a part of
   * it may still be restored, and a fault of the line may look like damage; `first-to-go`, where there is room for only so many.
   */
  readonly damaged?: 'like-good' | 'first-to-go';
}

/**
 * Decides about each backup of one location, the newest first. The last good one, the last good one with every source and the last verified one stay
 * whatever the rules say, so a location is never without one; and an old one stays until a newer one is verified. Pinned ones stay and take no place. What counts is the calendar, so it makes no
 * difference how often this is asked, or whether some of what is to go is gone already.
 */
export function planRetention(
  backups: readonly RetainedBackup[],
  rules: RetentionRules,
  now: Date,
  { timeZone, damaged = 'like-good' }: PlanOptions = {},
): RetentionDecision[] {
  const sorted = [...backups].sort((a, b) => b.date.getTime() - a.date.getTime() || (a.id < b.id ? 1 : -1));
  const counted = sorted.filter(({ automatic, pinned }) => automatic && !pinned);
  const good = applyRules(
    counted.filter((backup) => backup.good),
    rules,
    now,
    timeZone,
  );
  const all = damaged === 'like-good' ? applyRules(counted, rules, now, timeZone) : undefined;
  const lastGood = sorted.find((backup) => backup.good);
  const lastComplete = sorted.find((backup) => backup.good && backup.complete !== false);
  const lastVerified = sorted.find((backup) => backup.good && backup.verified);
  return sorted.map((backup) => {
    const verdict = (backup.good ? good : all)?.get(backup);
    const keptBy: KeepReason[] = [
      ...(keepsAll(rules) ? [{ rule: 'no-rules' as const }] : []),
      ...(backup.automatic ? [] : [{ rule: 'not-automatic' as const }]),
      ...(backup.pinned ? [{ rule: 'pinned' as const }] : []),
      ...(verdict?.keptBy ?? []),
      ...(backup === lastGood ? [{ rule: 'last-good' as const }] : []),
      ...(backup === lastComplete && backup !== lastGood ? [{ rule: 'last-complete' as const }] : []),
      ...(backup === lastVerified ? [{ rule: 'last-verified' as const }] : []),
    ];
    const leftOutBy = keptBy.length > 0 ? [] : (verdict?.leftOutBy ?? [{ rule: 'damaged' as const }]);
    return { id: backup.id, date: backup.date, keptBy, leftOutBy };
  });
}

interface Verdict {
  readonly keptBy: KeepReason[];
  readonly leftOutBy: DropReason[];
}

/** What the rules alone say of these backups, newest first. */
function applyRules(
  backups: readonly RetainedBackup[],
  rules: RetentionRules,
  now: Date,
  timeZone: string | undefined,
): ReadonlyMap<RetainedBackup, Verdict> {
  const verdicts = new Map<RetainedBackup, Verdict>(backups.map((backup) => [backup, { keptBy: [], leftOutBy: [] }]));
  const judge = (backup: RetainedBackup, rule: keyof RetentionRules, number: number, most: number) =>
    verdicts.get(backup)?.[number <= most ? 'keptBy' : 'leftOutBy'].push({ rule, number });
  const { copies, days } = rules;
  if (copies !== undefined) for (const [index, backup] of backups.entries()) judge(backup, 'copies', index + 1, copies);
  if (days !== undefined) {
    const today = periodsOf(now, timeZone).dayNumber;
    // One from a clock that was ahead is young, not old.
    for (const backup of backups) judge(backup, 'days', Math.max(today - periodsOf(backup.date, timeZone).dayNumber, 0) + 1, days);
  }
  for (const rule of periodRules) {
    const most = rules[rule];
    if (most === undefined) continue;
    const newest = new Map<string, RetainedBackup>();
    for (const backup of backups) {
      const period = periodsOf(backup.date, timeZone)[rule];
      const standing = newest.get(period);
      if (standing !== undefined && newest.size <= most) verdicts.get(backup)?.leftOutBy.push({ rule, instead: standing.id });
      else {
        if (standing === undefined) newest.set(period, backup);
        judge(backup, rule, newest.size, most);
      }
    }
  }
  return verdicts;
}
