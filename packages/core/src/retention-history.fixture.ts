import fc from 'fast-check';
import type { RetentionRules } from './backups/retention/rules.js';

/** A backup that a test may find at a location. */
export interface PooledBackup {
  readonly id: string;
  /** The job whose rules decide about it; `undefined`: nothing may delete it. */
  readonly job: string | undefined;
  /** In days. */
  readonly age: number;
}

/** What happened at a location before retention looks at it. The flags are of the pool's backups, in its order. */
export interface History {
  readonly there: readonly boolean[];
  readonly pinned: readonly boolean[];
  /** Found when all copies were read before. */
  readonly damaged: readonly boolean[];
  readonly verified: boolean;
  readonly rules: RetentionRules;
  /** After how many changes at the location the process dies. */
  readonly dies: number;
}

const size = 12;
const flags = fc.array(fc.boolean(), { minLength: size, maxLength: size });
const few = fc.array(
  fc.nat(5).map((number) => number === 0),
  { minLength: size, maxLength: size },
);
export const histories: fc.Arbitrary<History> = fc.record({
  there: flags,
  pinned: few,
  damaged: few,
  verified: fc.boolean(),
  rules: fc.record({ copies: fc.integer({ min: 1, max: 4 }), days: fc.integer({ min: 1, max: 32 }) }, { requiredKeys: [] }),
  dies: fc.integer({ min: 1, max: 9 }),
});

/** What has to be left, told without the planner. */
export function leftBy({ there, pinned, damaged, verified, rules }: History, backups: readonly PooledBackup[]): string[] {
  const facts = backups
    .map((backup, index) => ({
      ...backup,
      there: there[index] === true,
      pinned: pinned[index] === true,
      good: !(verified && damaged[index] === true),
    }))
    .filter((backup) => backup.there)
    .reverse();
  return facts
    .filter(({ id, job, pinned: isPinned, good, age }) => {
      if (job === undefined || isPinned || Object.keys(rules).length === 0) return true;
      const mates = facts.filter((other) => other.job === job);
      if (mates.find((other) => other.good)?.id === id) return true;
      const rank = mates.filter((other) => !other.pinned && (!good || other.good)).findIndex((other) => other.id === id);
      return rank < (rules.copies ?? 0) || age < (rules.days ?? 0);
    })
    .map(({ id }) => id)
    .reverse();
}
