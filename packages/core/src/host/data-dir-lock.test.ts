import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LockHolder } from '../base/process-lock.js';
import { lockDataDir } from './data-dir-lock.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'data-dir-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const { signal } = new AbortController();
const lockFile = () => join(dataDir, 'host.lock');
const heldBy = (pid: number | undefined) =>
  writeFileSync(lockFile(), JSON.stringify({ pid, host: hostname(), since: '2026-01-01T00:00:00Z', purpose: 'testing' }));

test('who comes second is told at once who has it, since when and what for', async () => {
  heldBy(process.ppid);
  const refused = lockDataDir(dataDir, { purpose: 'second', patience: 0, signal });
  await expect(refused).rejects.toMatchObject({
    code: 'data-dir-busy',
    details: { pid: process.ppid, since: '2026-01-01T00:00:00Z', purpose: 'testing' },
  });
});

test('who is patient is told whom it waits for, once, and gets it when that one is done', async () => {
  const first = await lockDataDir(dataDir, { purpose: 'first', patience: 0, signal });
  const waitedFor: LockHolder[] = [];
  const second = lockDataDir(dataDir, { purpose: 'second', patience: 20_000, onWaiting: (holder) => waitedFor.push(holder), signal });
  setTimeout(() => void first[Symbol.asyncDispose](), 250);
  await (await second)[Symbol.asyncDispose]();
  expect(waitedFor).toMatchObject([{ pid: process.pid, purpose: 'first' }]);
  expect(existsSync(lockFile())).toBe(false);
});

test('the lock of a process that died is taken over at once, also while it is waited for', async () => {
  heldBy(spawnSync(process.execPath, ['-e', '']).pid);
  await (await lockDataDir(dataDir, { purpose: 'next', patience: 0, signal }))[Symbol.asyncDispose]();
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  heldBy(child.pid);
  const waiting = lockDataDir(dataDir, { purpose: 'next', patience: 20_000, onWaiting: () => child.kill('SIGKILL'), signal });
  const [lock] = await Promise.all([waiting, once(child, 'exit')]);
  expect(readFileSync(lockFile(), 'utf8')).toContain(`"pid":${process.pid}`);
  await lock[Symbol.asyncDispose]();
});

test('waiting ends with the signal', async () => {
  heldBy(process.ppid);
  const stop = new AbortController();
  const waiting = lockDataDir(dataDir, { purpose: 'x', patience: 20_000, onWaiting: () => stop.abort(), signal: stop.signal });
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});
