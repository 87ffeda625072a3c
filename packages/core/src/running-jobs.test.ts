import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JobRun } from './backups/jobs/job-run.js';
import { provide, serviceTokens } from './host/service-tokens.js';
import { makeJobsPlace } from './jobs-place.fixture.js';
import { misbehaviours } from './memory-provider.fixture.js';

const statesOf = (run: JobRun) => Object.fromEntries(run.locations.map(({ title, state }) => [title, state]));

test('a job makes one backup for all locations, marked as its own, and tells of it', async () => {
  const { host, add } = await makeJobsPlace();
  const told: string[] = [];
  host.events.on('run', ({ type, run }) => told.push(`${type} ${run.state}`));
  const id = await add();
  const run = await host.jobs.run('automatic BACKUP');
  expect(run).toMatchObject({ job: id, trigger: 'manual', state: 'complete', backups: [expect.any(String)] });
  expect(statesOf(run)).toEqual({ A: 'stored', B: 'stored', C: 'stored' });
  expect(run.sources).toEqual(['docs', 'web'].map((name) => ({ name, state: 'complete', problems: 0 })));
  const { backups } = await host.backups.list();
  expect(backups).toMatchObject([{ id: run.backups[0], job: id, name: 'Automatic backup', encrypted: true }]);
  expect(told).toEqual(['started running', 'ended complete']);
  expect(await host.jobs.runs({ job: id })).toEqual([run]);
});

test('locations that get something else get a backup of their own, those that get the same share one', async () => {
  const { host, add } = await makeJobsPlace();
  await add({
    differing: [
      { location: 'B', encrypt: false, without: ['web'] },
      { location: 'C', retention: { copies: 9 } },
    ],
  });
  const run = await host.jobs.run('Automatic backup');
  expect(run.state).toBe('complete');
  const [a, b, c] = run.locations.map(({ backup }) => backup);
  expect(a).toBe(c);
  expect(run.backups).toEqual([a, b]);
  const { backups } = await host.backups.list();
  expect(backups.find(({ id }) => id === b)).toMatchObject({ encrypted: false, sources: ['docs'], locations: [{ title: 'B' }] });
  expect(backups.find(({ id }) => id === a)).toMatchObject({ encrypted: true, sources: ['docs', 'web'] });
});

test('a missing folder and a failing location make the run partial; the rest is backed up', async () => {
  const { host, add, web } = await makeJobsPlace();
  await add();
  rmSync(web, { recursive: true });
  misbehaviours.set('B', { failPutAfter: 1 });
  misbehaviours.set('C', { away: true });
  const run = await host.jobs.run('Automatic backup');
  expect(run.state).toBe('partial');
  expect(statesOf(run)).toEqual({ A: 'stored', B: 'pending', C: 'pending' });
  expect(run.locations.slice(1)).toMatchObject([
    { backup: run.backups[0], attempts: 1, nextAttempt: expect.any(String), error: { code: 'location-failed' } },
    { backup: run.backups[0], error: { code: 'location-failed' } },
  ]);
  expect(run.sources).toMatchObject([
    { name: 'docs', state: 'complete' },
    { name: 'web', state: 'missing' },
  ]);
});

test('where only the latest is kept, one without a folder that is missing today does not take its place', async () => {
  const { host, add, web } = await makeJobsPlace();
  await host.locations.add({ provider: 'limited-memory', title: 'latest', config: { name: 'latest', kept: 1 } });
  await add();
  const whole = await host.jobs.run('Automatic backup');
  rmSync(web, { recursive: true });
  const run = await host.jobs.run('Automatic backup');
  expect(run.state).toBe('partial');
  expect(statesOf(run)).toEqual({ A: 'stored', B: 'stored', C: 'stored', latest: 'failed' });
  expect(run.locations.at(-1)).toMatchObject({ error: { code: 'would-replace-complete' } });
  const { backups } = await host.backups.list({ locations: ['latest'] });
  expect(backups.map(({ id }) => id)).toEqual(whole.backups);
});

test('a retry sends what another location holds, without reading the sources', async () => {
  const { host, add, source, keysAt } = await makeJobsPlace();
  await add();
  misbehaviours.set('B', { away: true });
  const first = await host.jobs.run('Automatic backup');
  rmSync(source, { recursive: true });
  const still = await host.jobs.retry(first.id);
  expect(still.locations[1]).toMatchObject({ state: 'pending', attempts: 2 });
  misbehaviours.clear();
  const run = await host.jobs.retry(first.id);
  expect(run).toMatchObject({ id: first.id, state: 'complete', backups: first.backups });
  expect(keysAt('B')).toEqual(keysAt('A'));
  expect(await host.jobs.runs()).toEqual([run]);
});

test('a retry reads the sources for a location that gets what no other one has', async () => {
  const { host, add } = await makeJobsPlace();
  await add({ differing: [{ location: 'B', encrypt: false }] });
  misbehaviours.set('B', { away: true });
  const first = await host.jobs.run('Automatic backup');
  expect(first.locations[1]).not.toHaveProperty('backup');
  misbehaviours.clear();
  const run = await host.jobs.retry(first.id);
  expect(run).toMatchObject({ state: 'complete', backups: [first.backups[0], expect.any(String)] });
  expect((await host.backups.list({ locations: ['B'] })).backups).toMatchObject([{ id: run.backups[1], encrypted: false }]);
});

test('a newer backup at a location takes the place of one that was still to come there', async () => {
  const { host, add } = await makeJobsPlace();
  await add();
  misbehaviours.set('B', { away: true });
  const first = await host.jobs.run('Automatic backup');
  misbehaviours.clear();
  await host.jobs.run('Automatic backup');
  const run = await host.jobs.retry(first.id);
  expect(run.locations[1]).toMatchObject({ state: 'failed', error: { code: 'run-superseded' } });
  expect((await host.backups.list({ locations: ['B'] })).backups).toHaveLength(1);
});

test('a run that nothing came of says why, and by schedule is to be tried again, more patiently each time', async () => {
  const { host, add } = await makeJobsPlace();
  await add();
  for (const name of ['A', 'B', 'C']) misbehaviours.set(name, { away: true });
  const manual = await host.jobs.run('Automatic backup');
  expect(manual).toMatchObject({
    state: 'failed',
    error: { code: 'no-location-stored', message: expect.stringContaining('The memory is away') },
  });
  expect(manual).not.toHaveProperty('nextAttempt');
  const waits = [];
  for (const trigger of ['schedule', 'retry', 'retry'] as const) {
    const { endedAt = '', nextAttempt = '' } = await host.jobs.run('Automatic backup', { trigger });
    waits.push((Date.parse(nextAttempt) - Date.parse(endedAt)) / 60_000);
  }
  expect(waits).toEqual([5, 15, 60]);
});

test('with a clock that is wrong there is no backup; one that went back is remarked on', async () => {
  const clock = { time: '2026-05-01T04:45:00Z', now: () => new Date(clock.time) };
  const { host, add } = await makeJobsPlace({ services: [provide(serviceTokens.clock, clock)] });
  const id = await add();
  expect(await host.jobs.run(id)).toMatchObject({ state: 'complete' });
  clock.time = '2026-04-01T04:45:00Z';
  expect(await host.jobs.run(id)).toMatchObject({ state: 'complete', remarks: [{ code: 'clock-behind' }] });
  clock.time = '1970-01-01T00:00:10Z';
  expect(await host.jobs.run(id)).toMatchObject({ state: 'failed', error: { code: 'clock-wrong' } });
});

test('the plan counts runs by schedule, not those by hand, and a disabled job has none', async () => {
  const clock = { time: '2026-05-01T12:00:00Z', now: () => new Date(clock.time) };
  const { host, add } = await makeJobsPlace({ services: [provide(serviceTokens.clock, clock)] });
  const id = await add({ schedule: { every: 'day', at: '03:30', timeZone: 'UTC' } });
  expect(await host.jobs.plan(id)).toEqual({ next: new Date('2026-05-02T03:30:00Z') });
  clock.time = '2026-05-03T12:00:00Z';
  await host.jobs.run(id);
  expect(await host.jobs.plan(id)).toEqual({ due: new Date('2026-05-02T03:30:00Z'), next: new Date('2026-05-04T03:30:00Z') });
  await host.jobs.run(id, { trigger: 'missed' });
  expect(await host.jobs.plan(id)).toEqual({ next: new Date('2026-05-04T03:30:00Z') });
  await host.jobs.change(id, { enabled: false });
  expect(await host.jobs.plan(id)).toEqual({});
});
