import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRetention, type RetainedBackup, type RetentionDecision } from './plan-retention.js';
import { parseRetentionRules, type RetentionRules, ruleNames } from './rules.js';

const day = 86_400_000;
const now = new Date('2027-03-01T12:00:00Z');

function backup(daysAgo: number, changes: Partial<RetainedBackup> = {}): RetainedBackup {
  const date = new Date(now.getTime() - daysAgo * day - 7 * 3_600_000);
  return { id: `d${daysAgo}`, date, automatic: true, pinned: false, good: true, verified: true, ...changes };
}

const daily = (count: number) => Array.from({ length: count }, (_, index) => backup(index));
const kept = (decisions: readonly RetentionDecision[]) => decisions.filter(({ keptBy }) => keptBy.length > 0).map(({ id }) => id);
const plan = (backups: readonly RetainedBackup[], rules: RetentionRules) => kept(planRetention(backups, rules, now, 'UTC'));

describe('the rules', () => {
  test('copies keeps the newest, days those of the last calendar days, and both together what either keeps', () => {
    expect(plan(daily(10), { copies: 3 })).toEqual(['d0', 'd1', 'd2']);
    expect(plan(daily(10), { days: 2 })).toEqual(['d0', 'd1']);
    expect(plan([backup(0), backup(8), backup(9), backup(10)], { copies: 2, days: 10 })).toEqual(['d0', 'd8', 'd9']);
    expect(plan(daily(10), {})).toHaveLength(10);
  });

  test('generations keep the newest of each day, week, month and year that has one', () => {
    const keeps = planRetention(daily(800), { daily: 7, weekly: 4, monthly: 12, yearly: 2 }, now, 'UTC').filter(
      ({ keptBy }) => keptBy.length > 0,
    );
    const of = (rule: string) =>
      keeps.filter(({ keptBy }) => keptBy.some((reason) => reason.rule === rule)).map(({ date }) => date.toISOString().slice(0, 10));
    expect(of('daily')).toHaveLength(7);
    expect(of('weekly')).toEqual(['2027-03-01', '2027-02-28', '2027-02-21', '2027-02-14']);
    expect(of('monthly').slice(0, 3)).toEqual(['2027-03-01', '2027-02-28', '2027-01-31']);
    expect(of('monthly')).toHaveLength(12);
    expect(of('yearly')).toEqual(['2027-03-01', '2026-12-31']);
  });

  test('a machine that was off for months loses nothing by it', () => {
    expect(plan([backup(200), backup(201), backup(202)], { daily: 3 })).toEqual(['d200', 'd201', 'd202']);
    expect(plan([backup(200), backup(201)], { days: 5 })).toEqual(['d200']);
  });
});

describe('whatever the rules say', () => {
  test('pinned ones, ones of others and ones made by hand stay, and take no place', () => {
    const backups = [backup(0), backup(1, { automatic: false }), backup(2, { pinned: true }), backup(3), backup(4)];
    expect(plan(backups, { copies: 2 })).toEqual(['d0', 'd1', 'd2']);
    expect(plan([backup(0, { automatic: false }), backup(1), backup(2)], { copies: 1 })).toEqual(['d0', 'd1']);
  });

  test('the last good one and the last verified one stay: nothing goes before what replaces it is known to be whole', () => {
    expect(plan([backup(0, { verified: false }), backup(1, { verified: false }), backup(2), backup(3)], { copies: 1 })).toEqual([
      'd0',
      'd2',
    ]);
    expect(plan([backup(0, { good: false }), backup(1), backup(2)], { copies: 1 })).toEqual(['d1']);
    expect(plan([backup(0, { good: false, verified: false }), backup(9, { verified: false })], { days: 1 })).toEqual(['d9']);
  });
});

const anyBackup = fc.record({
  daysAgo: fc.integer({ min: -2, max: 900 }),
  automatic: fc.boolean(),
  pinned: fc.boolean(),
  good: fc.boolean(),
  verified: fc.boolean(),
});

const anyRules: fc.Arbitrary<RetentionRules> = fc.record(
  Object.fromEntries(ruleNames.map((name) => [name, fc.integer({ min: 1, max: 15 })])),
  { requiredKeys: [] },
);

test('it keeps a good one and a verified one where there are any, deletes only automatic ones, and asked again deletes no more', () => {
  fc.assert(
    fc.property(fc.array(anyBackup, { maxLength: 40 }), anyRules, (made, rules) => {
      const backups = made.map(({ daysAgo, ...rest }, index) => backup(daysAgo, { ...rest, id: `b${index}` }));
      const keeps = new Set(plan(backups, rules));
      const left = backups.filter(({ id }) => keeps.has(id));
      expect(left.some(({ good }) => good)).toBe(backups.some(({ good }) => good));
      const isProven = ({ good, verified }: RetainedBackup) => good && verified;
      expect(left.some(isProven)).toBe(backups.some(isProven));
      for (const gone of backups.filter(({ id }) => !keeps.has(id))) expect(gone).toMatchObject({ automatic: true, pinned: false });
      expect(new Set(plan(left, rules))).toEqual(keeps);
    }),
  );
});

test('wrong rules are refused with the place', () => {
  expect(() => parseRetentionRules({ copies: 0 })).toThrow('retention.copies: expected a whole number from 1 to 9999, found 0');
  expect(() => parseRetentionRules({ dayly: 3 })).toThrow('retention.dayly: not known; expected some of copies, days');
});
