import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { provide, serviceTokens } from './host/service-tokens.js';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { misbehaviours, stores } from './memory-provider.fixture.js';

let place: HostPlace;
beforeEach(async () => {
  place = await makeHostPlace();
});
afterEach(() => place[Symbol.asyncDispose]());

describe('listing', () => {
  test('gives pages, newest first, each backup once with its locations', async () => {
    await place.addLocation('one');
    await place.addLocation('two');
    const ids: string[] = [];
    for (const locations of [['one'], ['one', 'two'], ['two']]) {
      ids.unshift((await place.create({ locations })).backup.id);
      await new Promise((resolve) => setTimeout(resolve, 1_001 - (Date.now() % 1_000)));
    }
    const first = await place.host.backups.list({ limit: 2 });
    const second = await place.host.backups.list({ limit: 2, ...(first.next === undefined ? {} : { after: first.next }) });
    expect([...first.backups, ...second.backups].map(({ id }) => id)).toEqual(ids);
    expect(second.next).toBeUndefined();
    expect(first.backups[1]?.locations.map(({ title }) => title)).toEqual(['one', 'two']);
  });

  test('of backups of one and the same second, the newest comes first', async () => {
    let now = Date.parse('2031-02-03T04:05:06Z');
    const clock = { now: () => new Date((now += 1)) };
    await using quick = await makeHostPlace({ services: [provide(serviceTokens.clock, clock)] });
    await quick.addLocation('one');
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift((await quick.create()).backup.id);
    expect((await quick.host.backups.list()).backups.map(({ id }) => id)).toEqual(ids);
  });

  test('shows what is whole: a location that is away, a cut file and a broken sidecar are told apart', async () => {
    for (const name of ['whole', 'cut', 'broken', 'gone', 'away']) await place.addLocation(name);
    const { backup } = await place.create();
    const [key = ''] = backup.locations.map((copy) => copy.key);
    const object = (name: string, of: string) => stores.get(name)?.get(of) ?? Buffer.alloc(0);
    stores.get('cut')?.set(key, object('cut', key).subarray(0, 5_000));
    stores.get('gone')?.delete(key);
    stores.get('broken')?.set(`${key}.holdfast.json`, Buffer.from('{"holdfast":1'));
    misbehaviours.set('away', { away: true });
    const page = await place.host.backups.list();
    expect(page.backups.map(({ locations }) => locations.map(({ title }) => title))).toEqual([['whole', 'broken']]);
    expect(page.unreadable.map(({ location }) => location).sort()).toEqual(['cut', 'gone']);
    expect(page.unavailable).toMatchObject([{ location: 'away', error: { code: 'location-failed' } }]);
    for (const name of ['whole', 'cut']) await place.host.locations.remove(place.host.locations.get(name).id);
    expect((await place.host.backups.list()).unreadable.map(({ location }) => location).sort()).toEqual(['broken', 'gone']);
    await expect(place.host.backups.show(backup.id)).rejects.toMatchObject({ code: 'unknown-backup-some-away' });
  });

  test('a location that fails when it is asked for a sidecar is at fault, not the backup', async () => {
    await place.addLocation('one');
    const { backup } = await place.create();
    misbehaviours.set('one', { failGet: true });
    await expect(place.host.backups.show(backup.id)).rejects.toMatchObject({
      code: 'unknown-backup-some-away',
      message: expect.stringContaining('The memory gives nothing out.') as string,
    });
  });

  test('finds a backup by the start of its id', async () => {
    await place.addLocation('one');
    const { backup } = await place.create();
    expect((await place.host.backups.show(backup.id.slice(0, 4))).id).toBe(backup.id);
    await expect(place.host.backups.show('zz')).rejects.toMatchObject({ code: 'unknown-backup' });
  });
});

describe('verifying', () => {
  test('names the fault: cut, damaged, exchanged metadata', async () => {
    await place.addLocation('one', 'plain-memory');
    const { backup } = await place.create();
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
      [withByte(whole.length - 12_000), 'bytes-changed'],
      [withByte(name + 1), 'metadata-changed'],
    ] as const) {
      objects.set(key, bytes);
      await expect(place.host.backups.verify({ id: backup.id })).rejects.toMatchObject({ code });
    }
  });
});

describe('deleting', () => {
  test('removes the backup at the chosen locations and nothing else', async () => {
    await place.addLocation('one');
    await place.addLocation('two');
    const { backup } = await place.create();
    const { backup: other } = await place.create({ name: 'other' });
    expect(await place.host.backups.delete(backup.id, { locations: ['one'] })).toEqual({ deletedFrom: ['one'] });
    expect(place.keysAt('one')).toHaveLength(3);
    expect(place.keysAt('two')).toHaveLength(6);
    await expect(place.host.backups.delete(backup.id, { locations: ['one'] })).rejects.toMatchObject({ code: 'backup-not-at-location' });
    expect((await place.host.backups.list()).backups.map(({ id }) => id).sort()).toEqual([backup.id, other.id].sort());
  });
});

describe('the key', () => {
  test('of a backup that another host made is asked for by its fingerprint, and forgiven when typed', async () => {
    await place.addLocation('shared');
    const { backup } = await place.create();
    const key = place.host.keys.current()?.key ?? '';
    await place.reopen({ fresh: true });
    await place.addLocation('shared');
    expect((await place.host.backups.list()).backups).toMatchObject([{ id: backup.id, keyKnown: false }]);
    const restore = (passwords: string[]) =>
      place.host.backups.restore({ backup: { id: backup.id }, to: join(place.folder, 'restored'), passwords });
    await expect(restore(['WRONG'])).rejects.toMatchObject({ code: 'wrong-key', details: { keyFingerprint: backup.keyFingerprint } });
    expect(readdirSync(place.folder)).not.toContain('restored');
    await restore([key.replaceAll('-', ' ').toLowerCase()]);
    expect(readFileSync(join(place.folder, 'restored/docs/canary-name.txt'), 'utf8')).toBe('canary content');
  });

  test('and secrets are in files of their owner alone', async () => {
    await place.addLocation('one');
    chmodSync(place.dataDir, 0o755);
    const findings = await place.host.doctor();
    expect(findings.filter(({ severity }) => severity !== 'ok').map(({ code }) => code)).toEqual(['data-dir-open', 'kit-not-saved']);
    await place.host.kit.save(place.folder);
    expect(place.host.kit.saved()?.fingerprint).toBe(place.host.keys.current()?.fingerprint);
    expect((await place.host.doctor()).map(({ code }) => code)).not.toContain('kit-not-saved');
  });
});
