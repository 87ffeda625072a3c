import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockBackups } from './backups/exclusive.js';
import type { JobRun } from './backups/jobs/job-run.js';
import { isAlive } from './base/process-lock.js';
import { makeJobsPlace, script } from './jobs-place.fixture.js';
import { misbehaviours } from './memory-provider.fixture.js';

test('commands run before and after; one that fails before keeps the backup from being made, and is quoted', async () => {
  const { host, add, folder } = await makeJobsPlace();
  const log = join(folder, 'log');
  const note = (what: string) => `require('node:fs').appendFileSync(${JSON.stringify(log)}, ${what} + '\\n');`;
  await add({
    before: { command: script(note('"before " + process.env.HOLDFAST_JOB_TITLE')), timeLimit: 60 },
    after: { command: script(note('"after " + process.env.HOLDFAST_RUN_STATE')), timeLimit: 60 },
  });
  expect((await host.jobs.run('Automatic backup')).state).toBe('complete');
  await host.jobs.change('Automatic backup', {
    before: { command: script('console.error("no database"); process.exit(7)'), timeLimit: 60 },
  });
  const run = await host.jobs.run('Automatic backup');
  expect(run).toMatchObject({ state: 'failed', backups: [], error: { code: 'hook-failed' } });
  expect(run.error?.message).toMatch(/ended with 7\. It said: no database/);
  expect(readFileSync(log, 'utf8')).toBe('before Automatic backup\nafter complete\nafter failed\n');
});

test.skipIf(process.platform === 'win32')('a command that takes too long is stopped with all that it started', async () => {
  const { host, add, folder } = await makeJobsPlace();
  const pidFile = join(folder, 'pid');
  const child = `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600000)'])`;
  const stubborn = `process.on('SIGTERM', () => {}); require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(${child}.pid)); setTimeout(() => {}, 600000)`;
  await add({ after: { command: script(stubborn), timeLimit: 1 } });
  const run = await host.jobs.run('Automatic backup');
  // There is a backup, but what was stopped for it may stand still.
  expect(run).toMatchObject({
    state: 'partial',
    remarks: [{ code: 'hook-failed', message: expect.stringContaining('stopped after 1 seconds') }],
  });
  await expect.poll(() => isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
});

test('a host app is waited for before and after, and a failure of its own is told', async () => {
  const told: string[] = [];
  const { host, add } = await makeJobsPlace({
    jobHooks: { before: async () => told.push('host before'), after: () => told.push('host after') },
  });
  await add();
  const run = await host.jobs.run('Automatic backup', {
    hooks: {
      before: ({ job }) => told.push(job.title),
      after: () => Promise.reject(new Error('out of order')),
    },
  });
  expect(run).toMatchObject({ state: 'partial', remarks: [{ code: 'callback-failed', message: expect.stringContaining('out of order') }] });
  expect(told).toEqual(['host before', 'Automatic backup', 'host after']);
});

test('a run is cancelled at any time, and leaves nothing visible', async () => {
  const { host, add, keysAt } = await makeJobsPlace();
  const id = await add();
  misbehaviours.set('A', { stallPutAfter: 1 });
  const stop = new AbortController();
  const running = host.jobs.run(id, { signal: stop.signal, onProgress: ({ phase }) => phase === 'creating' && stop.abort() });
  expect(await running).toMatchObject({ state: 'cancelled', backups: [] });
  expect(['A', 'B', 'C'].flatMap(keysAt)).toEqual([]);
  expect(await host.jobs.runs()).toMatchObject([{ state: 'cancelled' }]);
});

test('runs do not overlap: one waits and says for whom, or is noted as skipped', async () => {
  const { host, add, dataDir } = await makeJobsPlace();
  const id = await add();
  const other = await lockBackups(dataDir, 'restoring');
  expect(await host.jobs.run(id, { onBusy: 'skip', trigger: 'schedule' })).toMatchObject({
    state: 'skipped',
    error: { code: 'backup-running', message: expect.stringContaining('restoring') },
  });
  const waitedFor: (string | undefined)[] = [];
  const onWaiting = (holder: { purpose: string } | undefined) => {
    waitedFor.push(holder?.purpose);
    void other[Symbol.asyncDispose]();
  };
  expect((await host.jobs.run(id, { onWaiting })).state).toBe('complete');
  expect(waitedFor).toEqual(['restoring']);
  const both = await Promise.all([host.jobs.run(id), host.jobs.run(id)]);
  expect(both.map(({ state }) => state)).toEqual(['complete', 'complete']);
  expect(new Set(both.map((run) => run.id)).size).toBe(2);
});

test('a run whose process died is told as interrupted, one under way is not', async () => {
  const { host, add, dataDir } = await makeJobsPlace();
  const id = await add({ before: { command: script('process.exit(0)'), timeLimit: 60 } });
  let seen: readonly JobRun[] = [];
  const done = await host.jobs.run(id, { hooks: { before: async () => (seen = await host.jobs.runs()) } });
  expect(seen).toMatchObject([{ state: 'running' }]);
  const file = join(dataDir, 'runs', `${done.id}.json`);
  const { endedAt: _, ...begun } = done;
  writeFileSync(file, JSON.stringify({ ...begun, state: 'running', trigger: 'schedule' }));
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(join(dataDir, 'job-run.lock'), JSON.stringify({ pid: dead, host: hostname(), purpose: `run ${done.id}` }));
  const [told] = await host.jobs.runs();
  expect(told).toMatchObject({ state: 'failed', error: { code: 'run-interrupted' }, nextAttempt: expect.any(String) });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(told);
});
