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
const plan = (backups: readonly RetainedBackup[], rules: RetentionRules) => kept(planRetention(backups, rules, now, { timeZone: 'UTC' }));

describe('the rules', () => {
  test('copies keeps the newest, days those of the last calendar days, and both together what either keeps', () => {
    expect(plan(daily(10), { copies: 3 })).toEqual(['d0', 'd1', 'd2']);
    expect(plan(daily(10), { days: 2 })).toEqual(['d0', 'd1']);
    expect(plan([backup(0), backup(8), backup(9), backup(10)], { copies: 2, days: 10 })).toEqual(['d0', 'd8', 'd9']);
    expect(plan(daily(10), {})).toHaveLength(10);
  });

  test('generations keep the newest of each day, week, month and year that has one', () => {
    const keeps = planRetention(daily(800), { daily: 7, weekly: 4, monthly: 12, yearly: 2 }, now, { timeZone: 'UTC' }).filter(
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

  test('the last one with every source stays, however many came without a folder that is missing', () => {
    const backups = daily(5).map((each, index) => ({ ...each, complete: index >= 3 }));
    expect(plan(backups, { copies: 2 })).toEqual(['d0', 'd1', 'd3']);
    expect(planRetention(backups, { copies: 2 }, now)[3]?.keptBy).toEqual([{ rule: 'last-complete' }]);
  });

  test('a machine that was off for months loses nothing by it', () => {
    expect(plan([backup(200), backup(201), backup(202)], { daily: 3 })).toEqual(['d200', 'd201', 'd202']);
    expect(plan([backup(200), backup(201)], { days: 5 })).toEqual(['d200']);
  });
});

describe('whatever the rules say', () => {
  test('pinned ones, ones of others and ones made by hand stay, and take no place', () => {
    const backups = [backup(0), backup(1, { automatic: false }), backup(2, { pinned: true }), backup(3), backup(4)];
    expect(plan(backups, { copies: 2 })).toEqual(['d0', 'd1', 'd2', 'd3']);
    expect(plan([backup(0, { automatic: false }), backup(1), backup(2)], { copies: 1 })).toEqual(['d0', 'd1']);
  });

  test('the last good one and the last verified one stay: nothing goes before what replaces it is known to be whole', () => {
    expect(plan([backup(0, { verified: false }), backup(1, { verified: false }), backup(2), backup(3)], { copies: 1 })).toEqual([
      'd0',
      'd2',
    ]);
    expect(plan([backup(3, { good: false }), backup(4), backup(5)], { copies: 1 })).toEqual(['d3', 'd4']);
    expect(plan([backup(2, { good: false, verified: false }), backup(9, { verified: false })], { days: 1 })).toEqual(['d9']);
  });

  test('a damaged one is kept as long as a good one would be, and takes no place; where there is room for only so many, it is the first to go', () => {
    const backups = [backup(0), backup(1, { good: false }), backup(2), backup(3), backup(4, { good: false })];
    expect(plan(backups, { copies: 2 })).toEqual(['d0', 'd1', 'd2']);
    expect(kept(planRetention(backups, { copies: 2 }, now, { damaged: 'first-to-go' }))).toEqual(['d0', 'd2']);
  });
});

test('every one that goes has a reason for each rule that could have kept it', () => {
  const morning = backup(1, { id: 'morning', date: new Date('2027-02-28T03:00:00Z') });
  const decisions = planRetention([backup(0), backup(1), morning, backup(9)], { copies: 1, days: 1, daily: 2 }, now, { timeZone: 'UTC' });
  expect(decisions.map(({ id, leftOutBy }) => [id, leftOutBy])).toEqual([
    ['d0', []],
    ['d1', []],
    [
      'morning',
      [
        { rule: 'copies', number: 3 },
        { rule: 'days', number: 2 },
        { rule: 'daily', instead: 'd1' },
      ],
    ],
    [
      'd9',
      [
        { rule: 'copies', number: 4 },
        { rule: 'days', number: 10 },
        { rule: 'daily', number: 3 },
      ],
    ],
  ]);
});

test('an hour is that of the local clock, also half an hour off, and one that comes twice is two', () => {
  const at = (time: string) => backup(0, { id: time, date: new Date(time) });
  const hours = (times: readonly string[], timeZone: string) =>
    kept(planRetention(times.map(at), { hourly: 9 }, now, { timeZone })).filter((id) => times.includes(id));
  // 10:05, 10:25 and 10:45 in Kolkata, on both sides of a full hour in UTC.
  expect(hours(['2026-05-01T04:35:00Z', '2026-05-01T04:55:00Z', '2026-05-01T05:15:00Z'], 'Asia/Kolkata')).toEqual(['2026-05-01T05:15:00Z']);
  // 02:30 in Berlin, in summer time and again in winter time.
  expect(hours(['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'], 'Europe/Berlin')).toHaveLength(2);
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

test('it keeps a good one and a verified one where there are any, deletes only automatic ones, and broken off or asked again it ends with the same', () => {
  fc.assert(
    fc.property(fc.array(anyBackup, { maxLength: 40 }), anyRules, fc.nat(40), (made, rules, gone) => {
      const backups = made.map(({ daysAgo, ...rest }, index) => backup(daysAgo, { ...rest, id: `b${index}` }));
      const keeps = new Set(plan(backups, rules));
      const left = backups.filter(({ id }) => keeps.has(id));
      expect(left.some(({ good }) => good)).toBe(backups.some(({ good }) => good));
      const isProven = ({ good, verified }: RetainedBackup) => good && verified;
      expect(left.some(isProven)).toBe(backups.some(isProven));
      for (const leaving of backups.filter(({ id }) => !keeps.has(id))) expect(leaving).toMatchObject({ automatic: true, pinned: false });
      expect(new Set(plan(left, rules))).toEqual(keeps);
      // Whatever part of them is gone already, the rest goes the same way.
      const some = backups.filter(({ id }, index) => keeps.has(id) || index < gone);
      expect(new Set(plan(some, rules))).toEqual(keeps);
    }),
  );
});

test('wrong rules are refused with the place', () => {
  expect(() => parseRetentionRules({ copies: 0 })).toThrow('retention.copies: expected a whole number from 1 to 9999, found 0');
  expect(() => parseRetentionRules({ dayly: 3 })).toThrow('retention.dayly: not known; expected some of copies, days');
});
