import { isJsonObject } from '../../providers/schema-problem.js';

/**
 * Which backups are kept. A backup is kept if any rule keeps it; without any rule, all are. The newest of a period stands for it, in the local calendar, and
 * only periods that have a backup count: a machine that was off for a month loses nothing by it.
 */
export interface RetentionRules {
  /** The newest so many. */
  readonly copies?: number;
  /** All of the last so many calendar days, today included. */
  readonly days?: number;
  /** The newest one of each of the last so many hours that have one. */
  readonly hourly?: number;
  readonly daily?: number;
  /** Weeks begin on Monday. */
  readonly weekly?: number;
  readonly monthly?: number;
  readonly yearly?: number;
}

export const periodRules = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type PeriodRule = (typeof periodRules)[number];

export const ruleNames = ['copies', 'days', ...periodRules] as const;

const most = 9_999;

/** Parses rules. What is wrong is thrown as an `Error` whose message names the place. */
export function parseRetentionRules(value: unknown, place = 'retention'): RetentionRules {
  if (!isJsonObject(value)) throw new Error(`${place}: expected an object`);
  const unknown = Object.keys(value).find((name) => !ruleNames.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`${place}.${unknown}: not known; expected some of ${ruleNames.join(', ')}`);
  const entries = ruleNames.flatMap((name) => {
    const number = value[name];
    if (number === undefined) return [];
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > most)
      throw new Error(`${place}.${name}: expected a whole number from 1 to ${most}, found ${JSON.stringify(number)}`);
    return [[name, number] as const];
  });
  return Object.fromEntries(entries);
}

export function keepsAll(rules: RetentionRules): boolean {
  return ruleNames.every((name) => rules[name] === undefined);
}
