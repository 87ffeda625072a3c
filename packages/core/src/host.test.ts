import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHost } from './host.js';
import type { HostEventMap } from './host/events.js';
import type { Host } from './host/host.js';
import { provide, serviceTokens } from './host/service-tokens.js';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { memoryProvider, misbehaviours } from './memory-provider.fixture.js';

let place: HostPlace;
beforeEach(async () => {
  place = await makeHostPlace();
});
afterEach(() => place[Symbol.asyncDispose]());

const inline = { inline: [memoryProvider] };

/** All that a host tells, in its order, as short lines. */
function listen(host: Host): string[] {
  const told: string[] = [];
  const note =
    <Name extends keyof HostEventMap>(name: Name) =>
    (event: HostEventMap[Name]) =>
      told.push(
        [name, event.type, ...('operation' in event ? [event.operation] : []), ...('error' in event ? [event.error?.code] : [])].join(' '),
      );
  host.events.on('backup', note('backup'));
  host.events.on('location', note('location'));
  return told;
}

describe('a host app', () => {
  test('replaces services: its clock dates backups, its store has the secrets, its log hears of it', async () => {
    await place.host[Symbol.asyncDispose]();
    const vault = new Map<string, Readonly<Record<string, string>>>();
    const logged: string[] = [];
    const note = (message: string) => void logged.push(message);
    const host = await createHost({
      dataDir: place.dataDir,
      providers: inline,
      services: [
        provide(serviceTokens.log, { debug: note, info: note, warn: note, error: note }),
        provide(serviceTokens.clock, { now: () => new Date('2031-02-03T04:05:06Z') }),
        // Made with what the host has.
        provide(serviceTokens.secrets, (get) => ({
          kind: 'vault',
          describe: () => 'kept by the app',
          of: async (owner) => vault.get(owner) ?? {},
          async set(owner, secrets) {
            get(serviceTokens.log).info(`the vault has ${owner}`);
            if (secrets === undefined) vault.delete(owner);
            else vault.set(owner, secrets);
          },
        })),
      ],
    });
    const { id } = await host.locations.add({ provider: 'locked-memory', title: 'one', config: { name: 'one', password: 'swordfish' } });
    const { backup } = await host.backups.create({ sources: [{ name: 'docs', path: place.source }] });
    await host[Symbol.asyncDispose]();
    expect(backup.date).toMatch(/^2031-02-03T04:05:06/);
    expect(vault.get(id)).toEqual({ password: 'swordfish' });
    expect(logged).toContain(`the vault has ${id}`);
    expect(existsSync(join(place.dataDir, 'secrets.json'))).toBe(false);
  });

  test('hears what happens to backups and locations, and what it does wrong then stops nothing', async () => {
    const { host } = place;
    const told = listen(host);
    host.events.on('backup', () => {
      throw new Error('the app is at fault');
    });
    const good = await place.addLocation('good');
    await place.addLocation('full');
    misbehaviours.set('full', { failPutAfter: 1000 });
    const { backup } = await place.create();
    await host.backups.verify({ id: backup.id });
    await host.backups.restore({ backup: { id: backup.id }, to: join(place.folder, 'restored') });
    await host.backups.delete(backup.id);
    await expect(host.backups.verify({ id: backup.id })).rejects.toMatchObject({ code: 'unknown-backup' });
    await host.locations.rename(good.id, 'better');
    await host.locations.remove(good.id);
    expect(told).toEqual([
      'location added',
      'location checked',
      'location added',
      'location checked',
      'backup started create',
      'backup finished',
      'location failed location-failed',
      'backup started verify',
      'backup verified',
      'backup started restore',
      'backup restored',
      'backup started delete',
      'backup deleted',
      'backup started verify',
      'backup failed verify unknown-backup',
      'location changed',
      'location removed',
    ]);
  });
});

test('a host app hears how flows go on, and of the location that one makes', async () => {
  const { flows, events } = place.host;
  const told: string[] = [];
  events.on('flow', ({ type, step = '-' }) => told.push(`flow ${type} ${step}`));
  events.on('location', ({ type }) => told.push(`location ${type}`));
  const { token, step } = await flows.start({ kind: 'setup', provider: 'memory' });
  const form = 'id' in step ? step.id : '';
  await flows.answer(token, { name: 7 });
  expect(await flows.answer(token, { name: 'one' })).toMatchObject({ step: { type: 'done' } });
  const other = await flows.start({ kind: 'setup', provider: 'memory' });
  await flows.cancel(other.token);
  expect(told).toEqual([
    `flow started ${form}`,
    `flow step ${form}`,
    'location added',
    'location checked',
    'flow done -',
    `flow started ${form}`,
    'flow aborted -',
  ]);
});

describe('a data directory', () => {
  const open = (options: Partial<Parameters<typeof createHost>[0]> = {}) =>
    createHost({ dataDir: place.dataDir, providers: inline, ...options });

  test('is for one host: the second is told who has it, or waits for it; who only reads need not', async () => {
    await place.host[Symbol.asyncDispose]();
    const first = await open({ purpose: 'being first' });
    await expect(open()).rejects.toMatchObject({ code: 'data-dir-busy', details: { pid: process.pid, purpose: 'being first' } });
    const reading = await open({ access: 'shared' });
    expect(reading.instance).toEqual(first.instance);
    await reading[Symbol.asyncDispose]();
    const waitedFor: string[] = [];
    const second = open({ waitForLock: 20_000, onWaiting: ({ purpose }) => waitedFor.push(purpose) });
    setTimeout(() => void first[Symbol.asyncDispose](), 150);
    await (await second)[Symbol.asyncDispose]();
    expect(waitedFor).toEqual(['being first']);
    expect(existsSync(join(place.dataDir, 'host.lock'))).toBe(false);
  });

  test('is free again when opening it fails, and when its host died', async () => {
    await place.host[Symbol.asyncDispose]();
    const lock = join(place.dataDir, 'host.lock');
    const keys = readFileSync(join(place.dataDir, 'keys.json'));
    writeFileSync(join(place.dataDir, 'keys.json'), 'damaged');
    await expect(open()).rejects.toMatchObject({ code: 'keys-file-damaged' });
    expect(existsSync(lock)).toBe(false);
    writeFileSync(join(place.dataDir, 'keys.json'), keys);
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname(), since: '2026-01-01T00:00:00Z', purpose: 'having died' }));
    await (await open())[Symbol.asyncDispose]();
  });

  test('may be left twice', async () => {
    await Promise.all([place.host[Symbol.asyncDispose](), place.host[Symbol.asyncDispose]()]);
    expect(existsSync(join(place.dataDir, 'host.lock'))).toBe(false);
  });
});
