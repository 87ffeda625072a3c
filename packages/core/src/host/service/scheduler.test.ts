import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../backups/schedule/schedule.js';
import { beginLife, day, hour, type Life, minute } from './simulated-life.fixture.js';

const nightly: Schedule = { every: 'day', at: '04:00', timeZone: 'UTC' };

function lifeWith(job: Schedule = nightly, start = '2027-01-01T12:00:00Z'): Life {
  const life = beginLife(start);
  life.addJob('home', job);
  life.start();
  return life;
}

const count = (life: Life, what: Life['done'][number]['what']) => life.done.filter((done) => done.what === what).length;

test('over days it runs each night at its time, applies retention once a day, and looks for issues each hour', async () => {
  const life = lifeWith();
  await life.time.pass(3 * day);
  expect(life.began('home')).toEqual([2, 3, 4].map((date) => `schedule 2027-01-0${date}T04:00`));
  // At the start, and then on three other days of the calendar of wherever this runs.
  expect(count(life, 'retention')).toBe(4);
  expect(count(life, 'check-up')).toBe(3 * 24 + 1);
  await life.stop();
});

test('a run that was slept through is made up for once, when the network had its moment', async () => {
  const life = lifeWith();
  await life.time.pass(hour);
  life.time.suspend(3 * day);
  await life.time.pass(hour);
  expect(life.began('home')).toEqual(['missed 2027-01-04T13:01']);
  await life.time.pass(day);
  expect(life.began('home').slice(1)).toEqual(['schedule 2027-01-05T04:00']);
  expect(life.log.filter(({ event }) => event === 'clock')).toHaveLength(1);
  await life.stop();
});

test('what was missed while it did not run is made up for once at its start, whatever was missed', async () => {
  const life = beginLife('2027-01-01T12:00:00Z');
  life.addJob('home', nightly);
  await life.time.pass(5 * day);
  life.start();
  await life.time.pass(hour);
  expect(life.began('home')).toEqual(['missed 2027-01-06T12:00']);
  await life.stop();
});

test('daily restarts neither skip nor double a run', async () => {
  const life = lifeWith({ every: 'day', timeZone: 'UTC' });
  for (let restarts = 0; restarts < 5; restarts += 1) {
    await life.time.pass(day - 7 * minute);
    await life.stop();
    await life.time.pass(7 * minute);
    life.start();
  }
  await life.time.pass(minute);
  expect(new Set(life.began('home').map((began) => began.slice(0, -6))).size).toBe(5);
  expect(life.runs).toHaveLength(5);
  await life.stop();
});

describe('a clock that is set', () => {
  test.each([hour, 5 * hour])('back by %d ms after a run does not double it', async (milliseconds) => {
    const life = lifeWith();
    await life.time.pass(16 * hour + 5 * minute);
    expect(life.began('home')).toHaveLength(1);
    life.time.setClock(-milliseconds);
    await life.time.pass(milliseconds + hour);
    expect(life.began('home')).toHaveLength(1);
    await life.time.pass(day);
    expect(life.began('home')).toHaveLength(2);
    await life.stop();
  });

  test('a year ahead and back again stops no nights', async () => {
    const life = lifeWith();
    life.time.setClock(365 * day);
    await life.time.pass(day);
    life.time.setClock(-365 * day);
    const before = life.runs.length;
    await life.time.pass(2 * day);
    // Two nights, and that of the day that it thought was over.
    expect(life.runs.length - before).toBe(3);
    await life.stop();
  });
});

test.each([
  ['skip', '2027-03-27T12:00:00Z'],
  ['repeat', '2027-10-30T12:00:00Z'],
])('where the clocks %s its hour, it runs once that night', async (_, start) => {
  const life = lifeWith({ every: 'day', at: '02:30', timeZone: 'Europe/Berlin' }, start);
  await life.time.pass(day);
  expect(life.began('home')).toHaveLength(1);
  await life.time.pass(day);
  expect(life.began('home')).toHaveLength(2);
  await life.stop();
});

test('of two jobs that are due at once, one waits for the other', async () => {
  const life = lifeWith();
  life.addJob('photos', nightly);
  await life.time.pass(16 * hour + 30 * minute);
  expect([life.began('home'), life.began('photos')]).toEqual([['schedule 2027-01-02T04:00'], ['schedule 2027-01-02T04:10']]);
  expect(life.atOnce).toBe(1);
  await life.stop();
});

test('a backup that takes all night keeps neither issues nor notifications waiting', async () => {
  const life = lifeWith();
  life.takes = 10 * hour;
  await life.time.pass(16 * hour + minute);
  const [checks, deliveries] = [count(life, 'check-up'), count(life, 'deliver')];
  await life.time.pass(9 * hour);
  expect(life.state.work).toMatchObject({ task: 'job', job: 'home' });
  expect(count(life, 'check-up') - checks).toBe(9);
  expect(count(life, 'deliver') - deliveries).toBe(9 * 120);
  await life.stop();
});

describe('a run that fails', () => {
  test('is made again after longer and longer waits, until it works', async () => {
    const life = lifeWith();
    life.ends = (at) => (at < new Date('2027-01-02T05:00:00Z') ? 'failed' : 'complete');
    await life.time.pass(day);
    expect(life.began('home')).toEqual([
      'schedule 2027-01-02T04:00',
      'retry 2027-01-02T04:15',
      'retry 2027-01-02T04:40',
      'retry 2027-01-02T05:50',
    ]);
    await life.stop();
  });

  test('and goes on failing is left alone until its next time', async () => {
    const life = lifeWith();
    life.ends = () => 'failed';
    await life.time.pass(2 * day);
    expect(life.began('home').filter((began) => began.startsWith('schedule'))).toHaveLength(2);
    expect(life.runs.length).toBeLessThanOrEqual(12);
    await life.stop();
  });

  test('before it could be noted is not begun over and over again', async () => {
    const life = lifeWith();
    let tries = 0;
    life.ends = () => {
      tries += 1;
      return 'rejects';
    };
    await life.time.pass(17 * hour - minute);
    expect(tries).toBe(12);
    expect(life.runs).toEqual([]);
    await life.stop();
  });
});

test('a location that a run failed at is tried again, without a new run', async () => {
  const life = lifeWith();
  life.ends = () => 'pending';
  await life.time.pass(17 * hour);
  expect(life.runs).toMatchObject([{ state: 'complete', trigger: 'schedule', locations: [{ state: 'stored' }] }]);
  await life.stop();
});

test('a run that is broken off as the service stops is made again when it starts', async () => {
  const life = lifeWith();
  await life.time.pass(16 * hour + minute);
  await life.stop();
  expect(life.runs).toMatchObject([{ state: 'cancelled' }]);
  await life.time.pass(hour);
  life.start();
  await life.time.pass(hour);
  expect(life.began('home')).toEqual(['schedule 2027-01-02T04:00', 'retry 2027-01-02T05:01']);
  await life.stop();
  life.start();
  await life.time.pass(hour);
  expect(life.runs).toHaveLength(2);
  await life.stop();
});

test('once does all that is due and ends', async () => {
  const life = beginLife('2027-01-01T12:00:00Z');
  life.addJob('home', nightly);
  life.addJob('photos', nightly);
  life.takes = 0;
  await life.time.pass(3 * day);
  expect((await life.once()).map(({ job }) => job)).toEqual(['home', 'photos']);
  expect(await life.once()).toEqual([]);
  expect(count(life, 'check-up')).toBe(2);
});

test('without jobs it waits for some', async () => {
  const life = beginLife('2027-01-01T12:00:00Z');
  life.start();
  await life.time.pass(hour);
  life.addJob('home', nightly);
  await life.time.pass(day);
  expect(life.runs).toHaveLength(1);
  await life.stop();
});
