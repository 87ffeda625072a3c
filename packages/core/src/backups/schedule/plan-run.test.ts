import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextRun } from './next-run.js';
import { planRun } from './plan-run.js';
import { parseSchedule, type Schedule } from './schedule.js';

const day = 86_400_000;
const berlin = 'Europe/Berlin';

const local = (date: Date, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(date);

interface Life {
  /** How long the machine sleeps beyond the next run, milliseconds. */
  readonly nap?: (look: number) => number;
  /** What its clock shows. */
  readonly clock?: (at: number, look: number) => number;
}

/** Runs a job as a service would, which sleeps until the next run. Returns when it began, by its clock. */
function live(schedule: Schedule, from: string, to: string, { nap = () => 0, clock = (at) => at }: Life = {}): Date[] {
  const runs: Date[] = [];
  const since = new Date(from);
  for (let at = since.getTime(), look = 0; at < Date.parse(to); look += 1) {
    const now = new Date(clock(at, look));
    const lastStarted = runs.at(-1);
    const { due, next } = planRun(schedule, 'job', { since, ...(lastStarted && { lastStarted }) }, now);
    if (due !== undefined) runs.push(now);
    at = Math.max(at + 60_000, next === undefined ? 0 : next.getTime()) + nap(look);
  }
  return runs;
}

describe('over years', () => {
  test.each<[string, Schedule, number]>([
    ['daily in the default window', { every: 'day' }, 730],
    ['daily in the hour that the clocks skip and repeat', { every: 'day', at: '02:30' }, 730],
    ['daily over midnight', { every: 'day', at: { from: '23:30', to: '00:30' } }, 730],
    ['on working days', { every: 'week', on: ['mon', 'tue', 'wed', 'thu', 'fri'] }, 522],
    ['monthly on the last day', { every: 'month', day: 31 }, 24],
    ['monthly on the first', { every: 'month', day: 1, at: '00:00' }, 24],
    ['by cron', { every: 'cron', expression: '15 3 * * 0' }, 104],
  ])('%s, it runs once for each planned day, whatever the time zone does', (_, schedule, expected) => {
    for (const timeZone of [berlin, 'America/New_York', 'Australia/Lord_Howe']) {
      const runs = live({ ...schedule, timeZone }, '2025-12-31T18:00:00Z', '2027-12-31T18:00:00Z');
      // A run after midnight in one zone is before it in another: the ends of the years may differ by one.
      expect(Math.abs(runs.length - expected), timeZone).toBeLessThanOrEqual(1);
      if (schedule.every === 'day' && typeof schedule.at !== 'object')
        expect(new Set(runs.map((run) => local(run, timeZone).slice(0, 10))).size).toBe(runs.length);
    }
  });
});

test('the default window is 04:45 to 05:45, and each day has its own moment in it', () => {
  const moments = new Set<string>();
  let at = new Date('2027-01-01T00:00:00Z');
  for (let days = 0; days < 400; days += 1) {
    at = nextRun({ every: 'day', timeZone: berlin }, at, 'job') ?? at;
    const time = local(at, berlin).slice(11);
    expect(time >= '04:45' && time <= '05:45', time).toBe(true);
    moments.add(time);
  }
  expect(moments.size).toBeGreaterThan(50);
});

test('what was missed is made up for once, and then the plan goes on', () => {
  const schedule: Schedule = { every: 'day', at: '03:00', timeZone: 'UTC' };
  const times = { since: new Date('2027-01-01T00:00:00Z'), lastStarted: new Date('2027-01-05T03:00:00Z') };
  const now = new Date('2027-01-20T12:00:00Z');
  expect(planRun(schedule, 'job', times, now)).toEqual({ due: new Date('2027-01-06T03:00:00Z'), next: new Date('2027-01-21T03:00:00Z') });
  expect(planRun(schedule, 'job', { ...times, lastStarted: now }, now)).toEqual({ next: new Date('2027-01-21T03:00:00Z') });
});

test('a machine that sleeps, restarts and has its clock put right runs no day twice, and misses none that it is awake in', () => {
  const schedule: Schedule = { every: 'day', timeZone: berlin };
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 10, max: 50 * 60 }), { minLength: 20, maxLength: 60 }), fc.boolean(), (naps, jumps) => {
      const nap = (look: number) => (naps[look % naps.length] ?? 10) * 60_000;
      // Now and then the clock is almost an hour ahead, and put right before the next look.
      const clock = (at: number, look: number) => (jumps && look % 7 === 3 ? at + 55 * 60_000 : at);
      const runs = live(schedule, '2026-06-01T00:00:00Z', '2026-12-01T00:00:00Z', { nap, clock });
      const days = Math.floor((Date.parse('2026-12-01T00:00:00Z') - Date.parse('2026-06-01T00:00:00Z')) / day);
      expect(runs.length).toBeGreaterThan(days / 3);
      for (const [index, run] of runs.entries()) {
        const before = runs[index - 1];
        if (before === undefined) continue;
        // Between two runs lies exactly what was planned or missed: never a second run of one planned moment.
        const planned = nextRun(schedule, before, 'job');
        expect(planned !== undefined && planned <= run).toBe(true);
      }
    }),
    { numRuns: 10 },
  );
});

test('a clock that was years ahead does not stop the backups until then', () => {
  const schedule: Schedule = { every: 'day', at: '03:00', timeZone: 'UTC' };
  const times = { since: new Date('2026-01-01T00:00:00Z'), lastStarted: new Date('2036-01-01T03:00:00Z') };
  expect(planRun(schedule, 'job', times, new Date('2026-05-05T12:00:00Z')).next).toEqual(new Date('2026-05-06T03:00:00Z'));
});

test.each<[unknown, string]>([
  [{ every: 'hour' }, 'schedule.every: expected day, week, month or cron, found "hour"'],
  [{ every: 'week', on: ['monday'] }, 'schedule.on: expected some of mon, tue'],
  [{ every: 'month', day: 32 }, 'schedule.day: expected a day from 1 to 31'],
  [{ every: 'cron', expression: 'daily' }, 'schedule.expression: expected five fields'],
  [{ every: 'day', at: '24:00' }, 'schedule.at: expected a time'],
  [{ every: 'day', timeZone: 'Mars/Base' }, 'schedule.timeZone: "Mars/Base" is no time zone'],
])('a wrong schedule %j is refused with what was expected', (value, message) => {
  expect(() => parseSchedule(value)).toThrow(message);
});
