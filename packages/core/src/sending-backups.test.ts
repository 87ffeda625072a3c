import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { misbehaviours, stores } from './memory-provider.fixture.js';
import { ProviderError } from './provider-api/index.js';

let place: HostPlace;
beforeEach(async () => {
  place = await makeHostPlace();
});
afterEach(() => place[Symbol.asyncDispose]());

const send = (backup: string, to: string, options: { from?: string; readBack?: 'all' | 'sample' } = {}) =>
  place.host.backups.send({ backup, to, ...options });
const issues = async () => (await place.host.issues.list()).map(({ code, location }) => [code, location?.title]);

/** Bytes that don't shrink, so that a backup has many parts of a MiB. */
async function makeAt(...titles: string[]): Promise<{ id: string; key: string }> {
  const known = new Set(place.host.locations.list().map(({ title }) => title));
  for (const title of titles) if (!known.has(title)) await place.addLocation(title);
  const { backup } = await place.create({ locations: titles, compressionLevel: 0 });
  return { id: backup.id, key: backup.locations[0]?.key ?? '' };
}

function bytesAt(name: string, key: string): Buffer {
  return stores.get(name)?.get(key) ?? Buffer.alloc(0);
}

function damage(name: string, key: string, ...offsets: number[]): void {
  const bytes = Buffer.from(bytesAt(name, key));
  for (const offset of offsets) bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  stores.get(name)?.set(key, bytes);
}

describe('sending a backup to another location', () => {
  test('stores the same bytes there, without its sources, and it is listed, verified and missed there from then on', async () => {
    const { id, key } = await makeAt('one');
    const two = await place.addLocation('two', 'plain-memory');
    expect(await send(id, 'two')).toMatchObject({ id: two.id, title: 'two', backup: id, state: 'sent', from: ['one'], mended: 0 });
    expect(place.keysAt('two')).toEqual(place.keysAt('one'));
    for (const name of place.keysAt('one')) expect(bytesAt('two', name).equals(bytesAt('one', name))).toBe(true);
    expect((await place.host.backups.list()).backups[0]?.locations.map(({ title }) => title).sort()).toEqual(['one', 'two']);
    expect(await place.host.backups.verify({ id }, { location: 'two' })).toMatchObject({ ok: true, seal: 'sealed' });
    stores.get('two')?.delete(`${key}.holdfast.json`);
    expect((await place.host.backups.list()).alarms).toMatchObject([{ code: 'seal-missing', location: 'two' }]);
  });

  test('tells how far it is, in bytes of all', async () => {
    const { id } = await makeAt('one');
    await place.addLocation('two');
    const seen: (readonly [number, number | undefined])[] = [];
    const { bytes } = await place.host.backups.send({
      backup: id,
      to: 'two',
      onProgress: (progress) => progress.phase === 'copying' && seen.push([progress.bytes, progress.totalBytes]),
    });
    expect(seen.at(-1)).toEqual([bytes, bytes]);
  });

  test('leaves a copy that is whole as it is, and writes nothing', async () => {
    const { id } = await makeAt('one', 'two');
    let changes = 0;
    misbehaviours.set('two', { onChange: () => (changes += 1) });
    expect(await send(id, 'two')).toMatchObject({ state: 'there-already' });
    expect(changes).toBe(0);
  });

  test.each<[string, (key: string) => void]>([
    ['cut short', (key) => stores.get('two')?.set(key, bytesAt('two', key).subarray(0, 2000))],
    ['changed', (key) => damage('two', key, 1_500_000)],
    ['without its sidecar', (key) => stores.get('two')?.delete(`${key}.holdfast.json`)],
    ['with a broken sidecar', (key) => stores.get('two')?.set(`${key}.holdfast.json`, Buffer.from('{'))],
    ['without its index', (key) => stores.get('two')?.delete(`${key}.holdfast.index`)],
    ['without its file', (key) => stores.get('two')?.delete(key)],
  ])('repairs a copy that is %s', async (_what, spoil) => {
    const { id, key } = await makeAt('one', 'two');
    spoil(key);
    expect(await send(id, 'two')).toMatchObject({ state: 'repaired', title: 'two' });
    expect(place.keysAt('two')).toEqual(place.keysAt('one'));
    for (const name of place.keysAt('one')) expect(bytesAt('two', name).equals(bytesAt('one', name))).toBe(true);
    expect((await place.host.backups.list()).alarms).toEqual([]);
  });

  test('takes from another copy what is damaged in one, or cut off, or what its location does not give', async () => {
    const { id, key } = await makeAt('one', 'two');
    await place.addLocation('three');
    damage('one', key, 10, 2_500_000);
    damage('two', key, 1_500_000);
    expect(await send(id, 'three', { from: 'one' })).toMatchObject({ state: 'sent', from: ['two', 'one'], mended: 2 });
    await place.host.backups.delete(id, { locations: ['three'] });
    misbehaviours.set('one', { failGet: true });
    damage('two', key, 1_500_000);
    expect(await send(id, 'three', { from: 'one' })).toMatchObject({ from: ['two'], mended: 0 });
    expect(await place.host.backups.verify({ id }, { location: 'three' })).toMatchObject({ ok: true });
  });

  test('says what is damaged where no copy makes up for it, and leaves nothing', async () => {
    const { id, key } = await makeAt('one', 'two');
    await place.addLocation('three');
    for (const name of ['one', 'two']) damage(name, key, 1_500_000);
    await expect(send(id, 'three')).rejects.toMatchObject({ code: 'bytes-changed', message: expect.stringContaining('"one"') as string });
    expect(place.keysAt('three')).toEqual([]);
    expect(readdirSync(join(place.dataDir, 'journal'))).toEqual([]);
  });

  test('does not count a copy that is given back changed, leaves nothing of it, and expects nothing there', async () => {
    const { id } = await makeAt('one');
    await place.addLocation('faulty');
    misbehaviours.set('faulty', { corruptByte: 2_000 });
    await expect(send(id, 'faulty')).rejects.toMatchObject({ code: 'read-back-differs' });
    expect(place.keysAt('faulty')).toEqual([]);
    expect((await place.host.backups.list()).alarms).toEqual([]);
  });

  test('names the location that failed, raises its issue, and closes it when the copy is there', async () => {
    const { id } = await makeAt('one');
    await place.addLocation('two');
    misbehaviours.set('two', { failPutAfter: 1_000 });
    await expect(send(id, 'two')).rejects.toMatchObject({ code: 'location-failed', details: { title: 'two' } });
    expect(await issues()).toEqual([['quota-exceeded', 'two']]);
    const onGet = (key: string) => {
      if (key.endsWith('.tar')) throw new ProviderError('permission-denied', 'The memory keeps it to itself.');
    };
    misbehaviours.set('two', {});
    misbehaviours.set('one', { onGet });
    await expect(send(id, 'two')).rejects.toMatchObject({ code: 'location-failed', details: { title: 'one' } });
    expect(await issues()).toEqual([['quota-exceeded', 'two']]);
    misbehaviours.clear();
    await send(id, 'two');
    expect(await issues()).toEqual([]);
  });

  test('leaves a damaged copy as it was when the location takes no other', async () => {
    const { id, key } = await makeAt('one', 'two');
    damage('two', key, 1_500_000);
    const before = [...(stores.get('two') ?? [])];
    misbehaviours.set('two', { failPutAfter: 1_000 });
    await expect(send(id, 'two')).rejects.toMatchObject({ code: 'location-failed' });
    expect(place.keysAt('two')).toEqual(before.map(([name]) => name).sort());
    for (const [name, bytes] of before) expect(bytesAt('two', name).equals(bytes)).toBe(true);
  });

  test('can be cancelled, and leaves nothing', async () => {
    const { id } = await makeAt('one');
    await place.addLocation('slow');
    misbehaviours.set('slow', { stallPutAfter: 1_000 });
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await expect(place.host.backups.send({ backup: id, to: 'slow', onProgress, signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(place.keysAt('slow')).toEqual([]);
    expect(existsSync(join(place.dataDir, 'backups.lock'))).toBe(false);
  });

  test('is refused where it can not be, or makes no sense, before anything is written', async () => {
    const { id } = await makeAt('one');
    await place.addLocation('vault', 'vault');
    await place.addLocation('two');
    await place.host.locations.add({ provider: 'limited-memory', title: 'small', config: { name: 'small', largest: '1 MB' } });
    const plain = (await place.create({ locations: ['one'], encrypt: false })).backup.id;
    await expect(send(plain, 'vault')).rejects.toMatchObject({ code: 'encryption-required' });
    await expect(send(id, 'small')).rejects.toMatchObject({ code: 'copy-too-large' });
    await expect(send(id, 'two', { from: 'vault' })).rejects.toMatchObject({ code: 'backup-not-at-location' });
    await expect(send('00000000', 'two')).rejects.toMatchObject({ code: 'unknown-backup' });
    for (const name of ['vault', 'small', 'two']) expect(place.keysAt(name)).toEqual([]);
    expect(await issues()).toEqual([['not-encrypted', 'vault']]);
  });
});

describe('a location that keeps only so many', () => {
  test('loses an older backup for one that is sent, and never a newer one', async () => {
    await place.addLocation('one');
    const made = [];
    for (const name of ['a', 'b', 'c']) made.push((await place.create({ name })).backup.id);
    await place.host.locations.add({ provider: 'limited-memory', title: 'vault', config: { name: 'vault', kept: 1 } });
    const [oldest = '', middle = '', newest = ''] = made;
    expect(await send(middle, 'vault')).not.toHaveProperty('replaced');
    await expect(send(oldest, 'vault')).rejects.toMatchObject({ code: 'older-than-kept' });
    expect(await send(newest, 'vault')).toMatchObject({ state: 'sent', replaced: [middle] });
    expect(place.keysAt('vault').filter((key) => key.endsWith('.tar'))).toHaveLength(1);
  });
});

test('a backup of another host is copied as it is, and its seal is neither counted nor missed', async () => {
  const { id, key } = await makeAt('one');
  await place.reopen({ fresh: true });
  await place.addLocation('one');
  await place.addLocation('two');
  expect(await send(id, 'two')).toMatchObject({ state: 'sent' });
  for (const name of place.keysAt('one')) expect(bytesAt('two', name).equals(bytesAt('one', name))).toBe(true);
  stores.get('two')?.delete(key);
  expect((await place.host.backups.list()).alarms).toEqual([]);
});

test("Home Assistant's own go with what it notes beside them, under a name that every place takes, and can be deleted again", async () => {
  const { key, id } = await makeAt('made');
  const theirs = 'Automatic backup 2026.8.tar';
  const noted = { backup_id: id, name: 'Automatic', date: '2026-08-01T04:45:00+00:00', protected: true, folders: ['docs'] };
  await place.addLocation('theirs');
  stores.get('theirs')?.set(theirs, bytesAt('made', key));
  stores.get('theirs')?.set(theirs.replace('.tar', '.metadata.json'), Buffer.from(JSON.stringify(noted)));
  await place.host.backups.delete(id, { locations: ['made'] });
  expect(await send(id, 'made')).toMatchObject({ state: 'sent', from: ['theirs'] });
  const name = `20260801T044500Z-${id}`;
  expect(place.keysAt('made')).toEqual([`${name}.metadata.json`, `${name}.tar`]);
  expect(bytesAt('made', `${name}.tar`).equals(bytesAt('theirs', theirs))).toBe(true);
  const [listed, ...others] = (await place.host.backups.list()).backups;
  expect(others).toEqual([]);
  expect(listed?.locations.map(({ title }) => title).sort()).toEqual(['made', 'theirs']);
  expect(await send(id, 'made')).toMatchObject({ state: 'there-already' });
  await place.host.backups.delete(id, { locations: ['made'] });
  expect(place.keysAt('made')).toEqual([]);
  await expect(place.host.backups.delete(id)).rejects.toMatchObject({ code: 'not-ours-to-delete' });
});
