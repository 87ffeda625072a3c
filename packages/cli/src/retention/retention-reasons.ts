import type { DropReason, KeepReason, RetentionRules } from '@holdfast/core';

const words: Readonly<Record<Exclude<KeepReason, { readonly number: number }>['rule'], string>> = {
  'no-rules': 'there are no rules, so all are kept',
  'not-automatic': 'made by hand',
  'by-hand': 'made by hand',
  pinned: 'pinned',
  'last-good': 'the last good one',
  'last-complete': 'the last one with every source',
  'last-verified': 'the last one that was proven whole',
  'other-instance': "another host's",
  'other-job': "another job's",
  'job-removed': 'its job was removed',
  'job-elsewhere': 'its job no longer goes there',
  changed: 'not what this host put there',
  unproven: 'nobody can prove who made it',
  foreign: "not one of Holdfast's",
};

/** Why a backup is kept: `daily 2 of 7, pinned`. */
export function keepText(reasons: readonly KeepReason[], rules: RetentionRules): string {
  return reasons
    .map((reason) => ('number' in reason ? `${reason.rule} ${reason.number} of ${rules[reason.rule] ?? '?'}` : words[reason.rule]))
    .join(', ');
}

/** Why no rule keeps one. `limit`: of the location. */
export function dropText(reasons: readonly DropReason[], rules: RetentionRules, limit?: number): string {
  return reasons
    .map((reason) => {
      if ('instead' in reason) return `${reason.rule}: ${reason.instead} stands for it`;
      if (!('number' in reason)) return 'damaged';
      if (reason.rule === 'limit')
        return limit === undefined ? 'no room there' : `the location keeps ${limit}, it is number ${reason.number}`;
      const most = rules[reason.rule];
      return most === undefined ? `beyond ${reason.rule}` : `beyond ${reason.rule}=${most}, it is number ${reason.number}`;
    })
    .join('; ');
}

/** `copies=3, weekly=4`. */
export function rulesText(rules: RetentionRules): string {
  const parts = Object.entries(rules).map(([rule, number]) => `${rule}=${number}`);
  return parts.length === 0 ? 'all are kept' : parts.join(', ');
}
