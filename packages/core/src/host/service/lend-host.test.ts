import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmitter } from '../../base/events.js';
import type { HostEventMap } from '../events.js';
import { lendHost } from './lend-host.js';
import type { ServiceHost } from './service-host.js';

let dataDir = '';
let opened: string[] = [];
let closed: string[] = [];
let refused = false;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'lend-host-'));
  [opened, closed, refused] = [[], [], false];
  writeFileSync(join(dataDir, 'config.json'), '1');
});
afterEach(() => rmSync(dataDir, { recursive: true }));

async function open(): Promise<ServiceHost> {
  if (refused) throw new Error('damaged');
  const name = `host ${opened.length + 1}`;
  opened.push(name);
  const none = async () => {
    throw new Error('not in this test');
  };
  return {
    dataDir: name,
    events: createEmitter<HostEventMap>(() => {}),
    jobs: { list: () => [], plan: async () => ({}), runs: async () => [], run: none, retry: none },
    async [Symbol.asyncDispose]() {
      closed.push(name);
    },
  };
}

test('what another process changed is seen by the next use, and the former host stays open for who still uses it', async () => {
  await using hosts = await lendHost({ dataDir, open, onReopened() {}, onFailed() {} });
  const used: string[] = [];
  await hosts.use(async (first) => {
    await hosts.use(async (same) => used.push(same.dataDir));
    writeFileSync(join(dataDir, 'config.json'), 'two');
    await Promise.all([1, 2].map(() => hosts.use(async (later) => used.push(later.dataDir))));
    expect([used, closed]).toEqual([['host 1', 'host 2', 'host 2'], []]);
    expect(first.dataDir).toBe('host 1');
  });
  expect(closed).toEqual(['host 1']);
});

test('what can not be used is told, and tried again, while the former host goes on', async () => {
  const failures: unknown[] = [];
  await using hosts = await lendHost({ dataDir, open, onReopened() {}, onFailed: (error) => failures.push(error) });
  writeFileSync(join(dataDir, 'keys.json'), '{');
  refused = true;
  expect(await hosts.use(async (host) => host.dataDir)).toBe('host 1');
  refused = false;
  expect(await hosts.use(async (host) => host.dataDir)).toBe('host 2');
  expect(failures).toHaveLength(1);
});
