import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHost, type Host, initialiseDataDir } from '../host.js';
import { memoryProvider, misbehaviours, stores } from './memory-provider.fixture.js';

let folder: string;
let source: string;
let host: Host;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backups-'));
  source = join(folder, 'docs');
  mkdirSync(source);
  writeFileSync(join(source, 'canary-name.txt'), 'canary content');
  writeFileSync(join(source, 'large'), Buffer.alloc(3_000_000, 'not very random but long enough '));
  await initialiseDataDir(join(folder, 'data'), { instanceName: 'test' });
  host = await open();
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
  stores.clear();
  misbehaviours.clear();
});

const open = () => createHost({ dataDir: join(folder, 'data'), inlineProviders: [memoryProvider] });
const add = (name: string, provider = 'memory') => host.locations.add({ provider, title: name, config: { name } });
const create = (options: Partial<Parameters<Host['backups']['create']>[0]> = {}) =>
  host.backups.create({ sources: [{ name: 'docs', path: source }], ...options });
const keysAt = (name: string) => [...(stores.get(name)?.keys() ?? [])].sort();

describe('creating a backup', () => {
  test('stores the same bytes at every location, whether it takes holes or not', async () => {
    await add('one');
    await add('two', 'plain-memory');
    const { backup, outcome } = await create();
    expect(outcome).toBe('complete');
    const [key] = keysAt('one');
    expect(keysAt('two')).toEqual([key, `${key}.holdfast.json`]);
    expect(stores.get('one')?.get(key ?? '')?.equals(stores.get('two')?.get(key ?? '') ?? Buffer.alloc(0))).toBe(true);
    for (const { id: location } of backup.locations) {
      expect(await host.backups.verify({ id: backup.id }, { location })).toMatchObject({ ok: true, files: 2, sources: ['docs'], size: backup.size });
    }
    expect(readdirSync(join(folder, 'data', 'spool'))).toEqual([]);
  });

  test('gives a location neither content, nor a file name, nor the key', async () => {
    await add('one');
    writeFileSync(join(source, 'canary-problem'), '');
    execFileSync('mkfifo', [join(source, 'canary-pipe')]);
    const { problems } = await create();
    expect(problems).toMatchObject([{ path: 'canary-pipe', code: 'not-a-file' }]);
    const all = Buffer.concat([...(stores.get('one')?.values() ?? [])]).toString('latin1');
    expect(all).not.toContain('canary');
    expect(all).not.toContain(host.keys.current()?.key ?? 'no key');
    const [listed] = (await host.backups.list()).backups;
    expect(listed?.warnings).toBe(1);
    expect((await host.backups.show(listed?.id ?? '')).problems).toEqual(problems);
  });

  test('leaves out the data directory, wherever it lies: the key does not belong into a backup', async () => {
    await add('one');
    const { backup } = await create({ sources: [{ name: 'all', path: folder }] });
    const paths: string[] = [];
    for await (const { path } of host.backups.contents({ id: backup.id })) paths.push(path);
    expect(paths).toEqual(['', 'docs', 'docs/canary-name.txt', 'docs/large']);
  });

  test('goes on without a location that fails, and leaves nothing there', async () => {
    await add('good');
    await add('full', 'plain-memory');
    misbehaviours.set('full', { failPutAfter: 1_000 });
    const { backup, outcome, locations } = await create();
    expect(outcome).toBe('with-warnings');
    expect(locations).toMatchObject([{ title: 'good', state: 'stored' }, { title: 'full', state: 'failed', error: { code: 'location-failed' } }]);
    expect(keysAt('full')).toEqual([]);
    expect(backup.locations.map(({ title }) => title)).toEqual(['good']);
  });

  test('fails when every location fails, saying why for each, and leaves nothing', async () => {
    await add('full');
    misbehaviours.set('full', { failPutAfter: 1_000 });
    await expect(create()).rejects.toMatchObject({ code: 'no-location-stored', message: expect.stringContaining('The memory is full.') });
    expect(keysAt('full')).toEqual([]);
    expect(readdirSync(join(folder, 'data', 'journal'))).toEqual([]);
  });

  test('does not show a backup that a location gives back changed', async () => {
    await add('faulty');
    misbehaviours.set('faulty', { corruptByte: 2_000 });
    await expect(create()).rejects.toMatchObject({ code: 'no-location-stored', message: expect.stringContaining('from byte 0 on') });
    expect(keysAt('faulty')).toEqual([]);
  });

  test('can be cancelled at any time, and leaves nothing', async () => {
    await add('slow');
    misbehaviours.set('slow', { stallPutAfter: 1_000 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    await expect(create({ signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(keysAt('slow')).toEqual([]);
    expect(readdirSync(join(folder, 'data'))).not.toContain('backups.lock');
  });

  test('is refused while another one runs', async () => {
    await add('one');
    const results = await Promise.allSettled([create(), create()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'backup-running' } });
  });

  test('without encryption is refused by a location that takes encrypted backups only', async () => {
    await add('vault', 'vault');
    await expect(create({ encrypt: false })).rejects.toMatchObject({ message: expect.stringContaining('takes encrypted backups only') });
    await add('open');
    const { backup } = await create({ encrypt: false });
    expect(backup).toMatchObject({ encrypted: false, locations: [{ title: 'open' }] });
  });

  test.each([
    [[], 'no-source'],
    [[{ name: 'docs', path: '/nowhere' }], 'source-missing'],
    [[{ name: 'Bad Name', path: '.' }], 'source-name-invalid'],
    [[{ name: 'supervisor', path: '.' }], 'source-name-invalid'],
    [[{ name: 'a', path: '.' }, { name: 'a', path: '..' }], 'source-name-taken'],
    [[{ name: 'a', path: import.meta.filename }], 'source-not-a-folder'],
  ])('refuses the sources %j with %s', async (sources, code) => {
    await add('one');
    await expect(create({ sources })).rejects.toMatchObject({ code });
  });
});

describe('what is left by a run that died', () => {
  test('is removed by the next: a file without its sidecar, but never one that was copied there', async () => {
    const { id } = await add('one');
    const { backup } = await create();
    const [key = ''] = backup.locations.map((copy) => copy.key);
    const objects = stores.get('one') ?? new Map<string, Buffer>();
    const other = '20200101T000000Z-00000000.tar';
    objects.set(other, objects.get(key) ?? Buffer.alloc(0));
    const died = '20260101T000000Z-11111111.tar';
    objects.set(died, Buffer.from('half'));
    writeFileSync(join(folder, 'data', 'journal', '1.json'), JSON.stringify({ operation: 'create', key: died, locations: [id] }));
    writeFileSync(join(folder, 'data', 'journal', '2.json'), JSON.stringify({ operation: 'create', key, locations: [id] }));
    await create();
    expect(keysAt('one')).not.toContain(died);
    expect(keysAt('one')).toEqual(expect.arrayContaining([other, key, `${key}.holdfast.json`]));
    expect(readdirSync(join(folder, 'data', 'journal'))).toEqual([]);
  });

  test('waits for a location that is away', async () => {
    const { id } = await add('away');
    await add('here');
    stores.get('away')?.set('20260101T000000Z-11111111.tar', Buffer.from('half'));
    mkdirSync(join(folder, 'data', 'journal'), { recursive: true });
    writeFileSync(join(folder, 'data', 'journal', '1.json'), JSON.stringify({ operation: 'create', key: '20260101T000000Z-11111111.tar', locations: [id] }));
    misbehaviours.set('away', { away: true });
    await create({ locations: ['here'] });
    expect(readdirSync(join(folder, 'data', 'journal'))).toEqual(['1.json']);
    misbehaviours.clear();
    await create({ locations: ['here'] });
    expect(keysAt('away')).toEqual([]);
  });
});

describe('listing', () => {
  test('gives pages, newest first, each backup once with its locations', async () => {
    await add('one');
    await add('two');
    const ids: string[] = [];
    for (const locations of [['one'], ['one', 'two'], ['two']]) {
      ids.unshift((await create({ locations })).backup.id);
      await new Promise((resolve) => setTimeout(resolve, 1_001 - (Date.now() % 1_000)));
    }
    const first = await host.backups.list({ limit: 2 });
    const second = await host.backups.list({ limit: 2, ...(first.next === undefined ? {} : { after: first.next }) });
    expect([...first.backups, ...second.backups].map(({ id }) => id)).toEqual(ids);
    expect(second.next).toBeUndefined();
    expect(first.backups[1]?.locations.map(({ title }) => title)).toEqual(['one', 'two']);
  });

  test('shows what is whole: a location that is away, a cut file and a broken sidecar are told apart', async () => {
    for (const name of ['whole', 'cut', 'broken', 'gone', 'away']) await add(name);
    const { backup } = await create();
    const [key = ''] = backup.locations.map((copy) => copy.key);
    const object = (name: string, of: string) => stores.get(name)?.get(of) ?? Buffer.alloc(0);
    stores.get('cut')?.set(key, object('cut', key).subarray(0, 5_000));
    stores.get('gone')?.delete(key);
    stores.get('broken')?.set(`${key}.holdfast.json`, Buffer.from('{"holdfast":1'));
    misbehaviours.set('away', { away: true });
    const page = await host.backups.list();
    expect(page.backups.map(({ locations }) => locations.map(({ title }) => title))).toEqual([['whole', 'broken']]);
    expect(page.unreadable.map(({ location }) => location).sort()).toEqual(['cut', 'gone']);
    expect(page.unavailable).toMatchObject([{ location: 'away', error: { code: 'location-failed' } }]);
    for (const name of ['whole', 'cut']) await host.locations.remove(host.locations.get(name).id);
    expect((await host.backups.list()).unreadable.map(({ location }) => location).sort()).toEqual(['broken', 'gone']);
    await expect(host.backups.show(backup.id)).rejects.toMatchObject({ code: 'unknown-backup-some-away' });
  });

  test('finds a backup by the start of its id', async () => {
    await add('one');
    const { backup } = await create();
    expect((await host.backups.show(backup.id.slice(0, 4))).id).toBe(backup.id);
    await expect(host.backups.show('zz')).rejects.toMatchObject({ code: 'unknown-backup' });
  });
});

describe('verifying', () => {
  test('names the fault: cut, damaged, exchanged metadata', async () => {
    await add('one', 'plain-memory');
    const { backup } = await create();
    const [key = ''] = backup.locations.map((copy) => copy.key);
    const objects = stores.get('one') ?? new Map<string, Buffer>();
    const whole = objects.get(key) ?? Buffer.alloc(0);
    const withByte = (at: number) => {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      return changed;
    };
    const name = whole.indexOf('Backup of');
    for (const [bytes, code] of [
      [withByte(whole.length - 12_000), 'damaged'],
      [withByte(name + 1), 'backup-differs'],
    ] as const) {
      objects.set(key, bytes);
      await expect(host.backups.verify({ id: backup.id })).rejects.toMatchObject({ code });
    }
  });
});

describe('deleting', () => {
  test('removes the backup at the chosen locations and nothing else', async () => {
    await add('one');
    await add('two');
    const { backup } = await create();
    const { backup: other } = await create({ name: 'other' });
    expect(await host.backups.delete(backup.id, { locations: ['one'] })).toEqual({ deletedFrom: ['one'] });
    expect(keysAt('one')).toHaveLength(2);
    expect(keysAt('two')).toHaveLength(4);
    await expect(host.backups.delete(backup.id, { locations: ['one'] })).rejects.toMatchObject({ code: 'backup-not-at-location' });
    expect((await host.backups.list()).backups.map(({ id }) => id).sort()).toEqual([backup.id, other.id].sort());
  });
});

describe('the key', () => {
  test('of a backup that another host made is asked for by its fingerprint, and forgiven when typed', async () => {
    await add('shared');
    const { backup } = await create();
    const key = host.keys.current()?.key ?? '';
    await host[Symbol.asyncDispose]();
    rmSync(join(folder, 'data'), { recursive: true });
    await initialiseDataDir(join(folder, 'data'));
    host = await open();
    await add('shared');
    expect((await host.backups.list()).backups).toMatchObject([{ id: backup.id, keyKnown: false }]);
    const restore = (passwords: string[]) => host.backups.restore({ backup: { id: backup.id }, to: join(folder, 'restored'), passwords });
    await expect(restore(['WRONG'])).rejects.toMatchObject({ code: 'wrong-key', details: { keyFingerprint: backup.keyFingerprint } });
    expect(readdirSync(folder)).not.toContain('restored');
    await restore([key.replaceAll('-', ' ').toLowerCase()]);
    expect(readFileSync(join(folder, 'restored/docs/canary-name.txt'), 'utf8')).toBe('canary content');
  });

  test('and secrets are in files of their owner alone', async () => {
    await add('one');
    chmodSync(join(folder, 'data'), 0o755);
    const findings = await host.doctor();
    expect(findings.filter(({ severity }) => severity !== 'ok').map(({ code }) => code)).toEqual(['data-dir-open', 'kit-not-saved']);
    await host.kit.save(folder);
    expect(host.kit.saved()?.fingerprint).toBe(host.keys.current()?.fingerprint);
    expect((await host.doctor()).map(({ code }) => code)).not.toContain('kit-not-saved');
  });
});
