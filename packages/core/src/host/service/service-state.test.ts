import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findService } from './service-alive.js';
import { lockService } from './service-lock.js';
import { readServiceState, type ServiceState, writeServiceState } from './service-state.js';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'service-state-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const at = '2027-01-01T12:00:00.000Z';
const state: ServiceState = {
  mode: 'service',
  state: 'working',
  pid: process.pid,
  since: at,
  heartbeat: at,
  work: { task: 'job', job: '0a1b2c3d', title: 'Home', since: at, progress: { phase: 'creating', bytes: 5, totalBytes: 10 } },
  next: { job: '0a1b2c3d', title: 'Home', at },
  lastError: { at, what: 'retention', message: 'no' },
  retentionOn: '2027-01-01',
  brokenOff: ['0a1b2c3d'],
};

test.each([true, false])('what is written is read, lasting %s', async (lasting) => {
  await writeServiceState(dataDir, state, lasting);
  expect(await readServiceState(dataDir)).toEqual(state);
});

test.each(['', '{', '[]', '{"state":"working","pid":"1"}'])('a file with %j says nothing, and stops nobody', async (text) => {
  writeFileSync(join(dataDir, 'service.json'), text);
  expect(await readServiceState(dataDir)).toBeUndefined();
});

test('a service is running while it gives signs of life, and there is none without its process, whatever the file says', async () => {
  const after = (minutes: number) => new Date(Date.parse(at) + minutes * 60_000);
  await writeServiceState(dataDir, state, false);
  expect(await findService(dataDir, after(1))).toMatchObject({ state: 'none', said: { state: 'working' } });
  const lock = await lockService(dataDir, 'test');
  expect(await findService(dataDir, after(1))).toMatchObject({ state: 'running', holder: { pid: process.pid } });
  expect(await findService(dataDir, after(4))).toMatchObject({ state: 'unresponsive' });
  await expect(lockService(dataDir, 'test')).rejects.toMatchObject({ code: 'service-running', details: { pid: process.pid } });
  await lock[Symbol.asyncDispose]();
  expect((await findService(dataDir, after(1))).state).toBe('none');
});
