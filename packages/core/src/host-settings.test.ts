import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initialiseDataDir, openHost } from './host.js';
import { dataDirPaths } from './host/data-dir-paths.js';
import type { Host } from './host/host.js';
import type { HostOptions } from './host/host-options.js';
import { provide, serviceTokens } from './host/service-tokens.js';
import { memoryProvider, stores } from './memory-provider.fixture.js';
import { buildChildEntry } from './providers/child/child-entry.fixture.js';
import { writeSpyProvider } from './spy-provider.fixture.js';

const password = 'canary-password-41c7';
const spy = '@example/provider-spy';

let folder: string;
let dataDir: string;
let opened: Host[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'host-settings-'));
  dataDir = join(folder, 'data');
  opened = [];
  await initialiseDataDir(dataDir);
});
afterEach(async () => {
  for (const host of opened) await host[Symbol.asyncDispose]();
  stores.clear();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the data directory anew, as another command would. */
async function reopen(options: Partial<HostOptions> = {}): Promise<Host> {
  await opened.at(-1)?.[Symbol.asyncDispose]();
  const providers = { folders: [writeSpyProvider(folder)], inline: [memoryProvider] };
  const host = await openHost({ dataDir, providers, ...options }, { process: { entry: await buildChildEntry() } });
  opened.push(host);
  return host;
}

const has = (name: string) => existsSync(join(dataDir, name));
const addLocked = (host: Host) => host.locations.add({ provider: 'locked-memory', title: 'locked', config: { name: 'locked', password } });
const addSpy = (host: Host) => host.locations.add({ provider: 'spy', title: 'spied', config: { path: join(folder, 'spied'), password } });

describe('the secrets', () => {
  test('move from one store to another and back, and can be read in each', async () => {
    const asked: boolean[] = [];
    const passphrase = async ({ isNew }: { readonly isNew: boolean }) => {
      asked.push(isNew);
      return 'open sesame';
    };
    const host = await reopen({ passphrase });
    await addLocked(host);
    expect(await host.describeSecrets()).toMatchObject({ kind: 'file', description: expect.stringContaining('secrets.json') as unknown });
    expect(await host.moveSecrets('encrypted')).toMatchObject({ kind: 'encrypted-file' });
    expect([has('secrets.json'), has('secrets.encrypted.json')]).toEqual([false, true]);
    expect(readFileSync(join(dataDir, 'secrets.encrypted.json'), 'utf8')).not.toContain(password);
    expect(asked).toEqual([true]);

    const next = await reopen({ passphrase });
    // Where they are is known without the passphrase.
    expect(await next.describeSecrets()).toMatchObject({
      kind: 'encrypted-file',
      description: expect.stringMatching(/^kept in/) as unknown,
    });
    expect(asked).toEqual([true]);
    await next.locations.check('locked');
    expect(await next.moveSecrets('file')).toMatchObject({ kind: 'file' });
    expect(asked).toEqual([true, false]);
    expect([has('secrets.json'), has('secrets.encrypted.json')]).toEqual([true, false]);
    await (await reopen()).locations.check('locked');
  });

  test('stay where they are if nobody gives a passphrase', async () => {
    const host = await reopen();
    await addLocked(host);
    await expect(host.moveSecrets('encrypted')).rejects.toMatchObject({ code: 'secrets-passphrase-missing' });
    expect([has('secrets.json'), has('secrets.encrypted.json')]).toEqual([true, false]);
    await host.locations.check('locked');
  });

  test('of an app that keeps them in its own way are described, and not moved', async () => {
    const vault = { kind: 'vault', describe: () => 'kept in a vault', of: async () => ({}), set: async () => {} };
    const host = await reopen({ services: [provide(serviceTokens.secrets, vault)] });
    expect(await host.describeSecrets()).toEqual({ kind: 'vault', description: 'kept in a vault' });
    await expect(host.moveSecrets('file')).rejects.toMatchObject({
      code: 'secrets-elsewhere',
      message: 'The secrets are kept in a vault, and can not be moved from there.',
    });
  });
});

const isolationOf = async (host: Host) => (await host.running()).find((status) => status.package === spy)?.isolation;

test('where providers run is a setting, unless the app says otherwise', async () => {
  const first = await reopen();
  await addSpy(first);
  expect(await isolationOf(first)).toBe('process');
  await first.settings.set({ isolation: 'inline' });
  const second = await reopen();
  await second.locations.check('spied');
  expect(await isolationOf(second)).toBe('inline');
  const third = await reopen({ isolation: 'process' });
  await third.locations.check('spied');
  expect(await isolationOf(third)).toBe('process');
  expect(await third.settings.set({ isolation: undefined })).toEqual({});
});

test('what the app ships runs in its process, unless a process is asked for', async () => {
  const providers = { shipped: [writeSpyProvider(folder)], inline: [memoryProvider] };
  const first = await reopen({ providers });
  await addSpy(first);
  expect(await isolationOf(first)).toBe('inline');
  const second = await reopen({ providers, isolation: 'process' });
  await second.locations.check('spied');
  expect(await isolationOf(second)).toBe('process');
});

test('a provider from a folder that crashed too often runs again once it is enabled', async () => {
  const statusFile = dataDirPaths(dataDir).statusFile(spy);
  const now = new Date().toISOString();
  const counts = { hostPid: process.pid, requests: 0, restarts: 0 };
  mkdirSync(dirname(statusFile), { recursive: true });
  writeFileSync(
    statusFile,
    JSON.stringify({
      package: spy,
      version: '1.2.3',
      isolation: 'process',
      state: 'stopped',
      ...counts,
      crashes: [now, now, now],
      at: now,
    }),
  );
  const host = await reopen();
  const told: string[] = [];
  host.events.on('provider', ({ type, name }) => told.push(`${type} ${name}`));
  await expect(addSpy(host)).rejects.toMatchObject({ code: 'provider-stopped' });
  told.length = 0;
  expect(await host.enableProvider(spy)).toEqual({ name: spy, version: '1.2.3' });
  expect(told).toEqual([`enabled ${spy}`]);
  await addSpy(host);
  await expect(host.enableProvider('@example/provider-spi')).rejects.toMatchObject({ code: 'provider-not-installed' });
});
