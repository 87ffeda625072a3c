import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { misbehaviours, stores } from './memory-provider.fixture.js';

let place: HostPlace;
beforeEach(async () => {
  place = await makeHostPlace();
  await place.addLocation('one');
});
afterEach(() => place[Symbol.asyncDispose]());

const objects = (name = 'one') => stores.get(name) ?? new Map<string, Buffer>();
const sidecarOf = (key: string) => `${key}.holdfast.json`;
const alarms = async () => (await place.host.backups.list()).alarms.map(({ location, code }) => [location, code]);

async function made(options: Parameters<HostPlace['create']>[0] = {}) {
  const { backup } = await place.create(options);
  return { id: backup.id, key: backup.locations[0]?.key ?? '' };
}

function flip(key: string, at: number, name = 'one'): void {
  const changed = Buffer.from(objects(name).get(key) ?? Buffer.alloc(0));
  changed[at] = (changed[at] ?? 0) ^ 1;
  objects(name).set(key, changed);
}

/** Everything that reads a backup says the same. */
async function expectRefused(id: string, code: string) {
  await expect(place.host.backups.verify({ id })).rejects.toMatchObject({ code });
  await expect(place.host.backups.restore({ backup: { id }, to: join(place.folder, 'restored') })).rejects.toMatchObject({ code });
  await expect(place.host.backups.download(id, join(place.folder, 'copy.tar'))).rejects.toMatchObject({ code });
}

describe('a sealed backup', () => {
  test('is said to be proven, in lists and when verified, and no key of a seal is ever shown', async () => {
    const { id, key } = await made();
    const page = await place.host.backups.list();
    expect(page).toMatchObject({ backups: [{ id, seal: 'sealed' }], alarms: [], unreadable: [] });
    const verified = await place.host.backups.verify({ id });
    expect(verified).toMatchObject({ seal: 'sealed', files: 2 });
    expect(verified.size).toBe(objects().get(key)?.length);
    expect((await place.host.doctor()).map(({ code }) => code)).toContain('seals');
    const kept = JSON.parse(readFileSync(join(place.dataDir, 'keys.json'), 'utf8')) as { keys: { seal: { root: string } }[] };
    const root = kept.keys[0]?.seal.root ?? '';
    expect(Buffer.from(root, 'base64')).toHaveLength(32);
    const shown = JSON.stringify([page, verified, place.host.keys.current(), place.host.keys.all(), await place.host.backups.show(id)]);
    expect(shown).not.toContain(root);
    for (const stored of objects().values()) expect(stored.includes(root)).toBe(false);
  });

  test('is not decrypted where it was changed, and the copy that helps is named', async () => {
    await place.addLocation('two');
    const { id, key } = await made();
    flip(key, 2_000);
    await expect(place.host.backups.verify({ id }, { location: 'one' })).rejects.toMatchObject({
      code: 'bytes-changed',
      remedy: expect.stringContaining('another copy at "two"') as string,
    });
    await expect(place.host.backups.restore({ backup: { id }, location: 'one', to: join(place.folder, 'r') })).rejects.toMatchObject({
      code: 'bytes-changed',
    });
    expect(await place.host.backups.verify({ id }, { location: 'two' })).toMatchObject({ ok: true });
  });

  test('of another host: its digests find damage without the key, and the typed key proves it', async () => {
    const { id, key } = await made();
    const password = place.host.keys.current()?.key ?? '';
    await place.reopen({ fresh: true });
    await place.addLocation('one');
    expect((await place.host.backups.list()).backups).toMatchObject([{ id, seal: 'unverified' }]);
    expect(await place.host.backups.verify({ id }, { passwords: [password] })).toMatchObject({ seal: 'sealed' });
    await expect(place.host.backups.verify({ id })).rejects.toMatchObject({ code: 'wrong-key' });
    flip(key, (objects().get(key)?.length ?? 0) - 3_000);
    await expect(place.host.backups.verify({ id })).rejects.toMatchObject({ code: 'bytes-changed' });
  });

  test('that was cut or got longer is told with the place', async () => {
    const { id, key } = await made();
    const whole = objects().get(key) ?? Buffer.alloc(0);
    objects().set(key, whole.subarray(0, 5_000));
    await expect(place.host.backups.verify({ id })).rejects.toMatchObject({ code: 'truncated', details: { offset: 5_000 } });
    objects().set(key, Buffer.concat([whole, Buffer.alloc(10)]));
    await expect(place.host.backups.verify({ id })).rejects.toMatchObject({ code: 'backup-longer', details: { added: 10 } });
  });
});

describe('what someone did to a location', () => {
  test('a sidecar that was changed is not believed', async () => {
    const { id, key } = await made();
    const text = objects().get(sidecarOf(key))?.toString() ?? '';
    objects().set(sidecarOf(key), Buffer.from(text.replace('"name": "Backup of', '"name": "Backup ov')));
    expect(await alarms()).toEqual([['one', 'seal-invalid']]);
    await expectRefused(id, 'seal-invalid');
  });

  test('a sidecar that vanished is an alarm, and the backup is not read as if it never had one', async () => {
    const { id, key } = await made();
    objects().delete(sidecarOf(key));
    expect(await alarms()).toEqual([['one', 'seal-missing']]);
    await expectRefused(id, 'seal-missing');
    expect((await place.host.doctor()).filter(({ severity }) => severity === 'error')).toMatchObject([{ code: 'seal-missing' }]);
  });

  test('a sidecar without its seal is an alarm', async () => {
    const { id, key } = await made();
    const { seal: _, ...stripped } = JSON.parse(objects().get(sidecarOf(key))?.toString() ?? '');
    objects().set(sidecarOf(key), Buffer.from(JSON.stringify(stripped)));
    expect(await alarms()).toEqual([['one', 'seal-missing']]);
    await expectRefused(id, 'seal-missing');
  });

  test('an older backup, sealed by the same key, in place of a newer one is told from it', async () => {
    const older = await made({ name: 'older' });
    const newer = await made({ name: 'newer' });
    for (const ending of ['', '.holdfast.json', '.holdfast.index']) {
      objects().set(`${newer.key}${ending}`, objects().get(`${older.key}${ending}`) ?? Buffer.alloc(0));
    }
    expect(await alarms()).toEqual([['one', 'backup-replaced']]);
    await expectRefused(newer.id, 'backup-replaced');
    expect(await place.host.backups.verify({ id: older.id })).toMatchObject({ seal: 'sealed' });
  });

  test('a backup that was exchanged under its own sidecar is told from damage', async () => {
    const older = await made({ name: 'older' });
    writeFileSync(join(place.source, 'more'), 'more');
    const newer = await made({ name: 'newer' });
    const size = objects().get(newer.key)?.length ?? 0;
    objects().set(newer.key, Buffer.concat([objects().get(older.key) ?? Buffer.alloc(0), Buffer.alloc(size)]).subarray(0, size));
    await expect(place.host.backups.verify({ id: newer.id })).rejects.toMatchObject({
      code: 'backup-replaced',
      details: { other: older.id },
    });
  });

  test('a backup that is gone is an alarm until it is deleted with Holdfast too', async () => {
    const { id, key } = await made();
    const other = await made({ name: 'other' });
    for (const ending of ['', '.holdfast.json', '.holdfast.index']) objects().delete(`${key}${ending}`);
    expect(await alarms()).toEqual([['one', 'backup-missing']]);
    await expect(place.host.backups.verify({ id })).rejects.toMatchObject({ code: 'backup-missing' });
    expect(await place.host.backups.delete(id)).toEqual({ deletedFrom: [] });
    expect(await alarms()).toEqual([]);
    await place.host.backups.delete(other.id);
    expect(await alarms()).toEqual([]);
    expect(place.keysAt('one')).toEqual([]);
  });

  test('one copy that lost its seal is an alarm while the other is read', async () => {
    await place.addLocation('two');
    const { id, key } = await made();
    objects('two').delete(sidecarOf(key));
    expect(await alarms()).toEqual([['two', 'seal-missing']]);
    await expect(place.host.backups.verify({ id })).rejects.toMatchObject({ code: 'seal-missing' });
    expect(await place.host.backups.verify({ id }, { location: 'one' })).toMatchObject({ seal: 'sealed' });
    await expect(place.host.backups.verify({ id }, { location: 'two' })).rejects.toMatchObject({ code: 'seal-missing' });
    misbehaviours.set('two', { away: true });
    expect(await alarms()).toEqual([]);
  });
});

test('a backup file is proven by the sidecar beside it, under a name of its own or of the backup', async () => {
  const { key } = await made();
  const file = join(place.folder, 'copy.tar');
  writeFileSync(file, objects().get(key) ?? '');
  expect(await place.host.backups.verify({ file })).toMatchObject({ seal: 'unsealed', sidecar: false });
  writeFileSync(sidecarOf(file), objects().get(sidecarOf(key)) ?? '');
  expect(await place.host.backups.verify({ file })).toMatchObject({ seal: 'sealed', sidecar: true });
  const misnamed = join(place.folder, '20200101T000000Z-00000000.tar');
  renameSync(file, misnamed);
  copyFileSync(sidecarOf(file), sidecarOf(misnamed));
  await expect(place.host.backups.verify({ file: misnamed })).rejects.toMatchObject({ code: 'backup-renamed' });
});
