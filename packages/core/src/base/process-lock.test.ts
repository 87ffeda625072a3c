import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquireLock } from './process-lock.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

const holder = (pid: number, host = hostname()) => JSON.stringify({ pid, host, since: '2026-01-01T00:00:00Z', purpose: 'testing' });
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('acquireLock', () => {
  test('is held by one at a time and names who has it', async () => {
    const first = await acquireLock(path, 'first');
    const second = await acquireLock(path, 'second');
    expect(second).toMatchObject({ state: 'busy', holder: { pid: process.pid, purpose: 'first' } });
    if (first.state === 'held') await first.lock[Symbol.asyncDispose]();
    expect((await acquireLock(path, 'third')).state).toBe('held');
  });

  test.each([
    ['a process that died on this machine', deadPid],
    ['an earlier process with the same number, as in a container', () => process.pid],
  ])('is taken over at once from %s', async (_, pid) => {
    await writeFile(path, holder(pid()));
    expect((await acquireLock(path, 'next')).state).toBe('held');
    expect(await readdir(folder)).toEqual(['lock']);
  });

  test('is not taken from a living process, nor from another machine that was heard of lately', async () => {
    await writeFile(path, holder(process.ppid));
    expect((await acquireLock(path, 'next')).state).toBe('busy');
    await writeFile(path, holder(deadPid(), 'elsewhere'));
    expect((await acquireLock(path, 'next')).state).toBe('busy');
  });

  test('what a process left that died while it made one is removed after a minute', async () => {
    const [left, young] = [`${path}.0123456789ab.new`, `${path}.ba9876543210.new`];
    const longAgo = new Date(Date.now() - 120_000);
    await writeFile(left, holder(deadPid()));
    await utimes(left, longAgo, longAgo);
    await writeFile(young, holder(process.ppid));
    expect((await acquireLock(path, 'next')).state).toBe('held');
    expect((await readdir(folder)).sort()).toEqual(['lock', 'lock.ba9876543210.new']);
  });

  test('is taken from another machine, or from who can not be told, after a minute of silence', async () => {
    const longAgo = new Date(Date.now() - 120_000);
    for (const content of [holder(1, 'elsewhere'), '']) {
      await writeFile(path, content);
      await utimes(path, longAgo, longAgo);
      const taken = await acquireLock(path, 'next');
      expect(taken.state).toBe('held');
      if (taken.state === 'held') await taken.lock[Symbol.asyncDispose]();
    }
  });
});
