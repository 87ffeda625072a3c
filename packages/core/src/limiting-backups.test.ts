import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { misbehaviours, stores } from './memory-provider.fixture.js';

let place: HostPlace;
beforeEach(async () => {
  place = await makeHostPlace();
});
afterEach(() => place[Symbol.asyncDispose]());

const addLimited = (name: string, limits: { readonly largest?: string; readonly kept?: number }) =>
  place.host.locations.add({ provider: 'limited-memory', title: name, config: { name, ...limits } });
const issues = async () => (await place.host.issues.list()).map(({ code, location }) => [code, location?.title]);
const backupsAt = (name: string) => place.keysAt(name).filter((key) => key.endsWith('.tar'));

/** What doesn't shrink. */
function writeFilm(megabytes: number): void {
  mkdirSync(join(place.source, 'media', "it's a film"), { recursive: true });
  writeFileSync(join(place.source, 'media', "it's a film", 'film.mkv'), randomBytes(megabytes * 1_000_000));
}

describe('a location that takes no more than so many bytes', () => {
  test('is told so before anything is made, with what is largest, while the others get the backup', async () => {
    await addLimited('small', { largest: '2 MB' });
    await place.addLocation('large');
    writeFilm(4);
    let changes = 0;
    misbehaviours.set('small', { onChange: () => (changes += 1) });
    const { locations, outcome } = await place.create();
    expect(outcome).toBe('with-warnings');
    const [small, large] = locations;
    expect(large).toMatchObject({ title: 'large', state: 'stored' });
    const error = small?.state === 'failed' ? small.error : undefined;
    expect(error).toMatchObject({ code: 'too-large' });
    expect(error?.message).toMatch(/about 4\.\d+ MB by a sample of its files, where 2 MB is the most/);
    expect(error?.remedy).toContain("media/it's a film/film.mkv (4 MB), large (3 MB)");
    expect(error?.remedy).toContain("--exclude '/media/it'\\''s a film/film.mkv'");
    expect(changes).toBe(0);
    await expect(place.create({ locations: ['small'] })).rejects.toMatchObject({
      code: 'no-location-stored',
      message: expect.stringContaining('--exclude') as string,
    });
  });

  test('takes a backup that is small enough once it is compressed, and what is left out no longer counts', async () => {
    await addLimited('small', { largest: '2 MB' });
    writeFilm(4);
    const sources = [{ name: 'docs', path: place.source, exclude: ["/media/it's a film/film.mkv"] }];
    expect(await place.create({ sources })).toMatchObject({ outcome: 'complete', sourceBytes: 3_000_014 });
  });

  test('which is tried anyway gets nothing more as soon as the limit is passed, and nothing waits on the local disk', async () => {
    await addLimited('small', { largest: '2 MB' });
    await place.addLocation('large');
    writeFilm(8);
    const { locations } = await place.create({ tryAnyway: true });
    expect(locations).toMatchObject([
      { title: 'small', state: 'failed', error: { code: 'too-large', message: expect.stringContaining('more than 2 MB') as string } },
      { title: 'large', state: 'stored' },
    ]);
    expect(place.keysAt('small')).toEqual([]);
    // It is made when it is needed, and not removed.
    expect(existsSync(join(place.dataDir, 'spool'))).toBe(false);
    expect(readdirSync(join(place.dataDir, 'journal'))).toEqual([]);
  });

  test('is an issue until the backup is small enough', async () => {
    await addLimited('small', { largest: '2 MB' });
    await place.addLocation('large');
    writeFilm(4);
    await place.create();
    expect(await issues()).toEqual([['too-large', 'small']]);
    expect((await place.host.issues.list())[0]?.message).toContain('about 4.');
    await place.create({ sources: [{ name: 'docs', path: place.source, exclude: ['media'] }] });
    expect(await issues()).toEqual([]);
  });

  test('is not added with a limit that means nothing', async () => {
    await expect(addLimited('small', { largest: 'not much' })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('largest: Expected a size such as "5 GB"') as string,
    });
  });
});

describe('a location that keeps only so many backups', () => {
  test("lets this host's oldest go when the new one is proven, and nobody else's", async () => {
    await place.addLocation('vault');
    const { backup: others } = await place.create();
    await place.reopen({ fresh: true });
    await addLimited('vault', { kept: 1 });
    const foreign = 'Automatic_backup_2026.8.tar';
    stores.get('vault')?.set(foreign, Buffer.from('not looked into'));
    const { backup: first } = await place.create({ name: 'first' });
    const { backup: second, locations, outcome } = await place.create({ name: 'second' });
    expect(outcome).toBe('complete');
    expect(locations).toMatchObject([{ state: 'stored', replaced: [first.id] }]);
    const keyOf = ({ locations: [copy] }: typeof second) => copy?.key;
    expect(new Set(backupsAt('vault'))).toEqual(new Set([keyOf(others), keyOf(second), foreign]));
    expect((await place.host.backups.list()).alarms).toEqual([]);
    expect(await place.host.backups.verify({ id: second.id })).toMatchObject({ seal: 'sealed' });
  });

  test('has a whole backup at each moment, whenever the process dies, and one that is too many goes with the next', async () => {
    await addLimited('vault', { kept: 1 });
    await place.create({ name: 'first' });
    const whole = () => backupsAt('vault').filter((key) => stores.get('vault')?.has(`${key}.holdfast.json`)).length;
    const seen: number[] = [];
    misbehaviours.set('vault', { onChange: () => seen.push(whole()) });
    await place.create({ name: 'second' });
    expect(seen).toEqual([1, 1, 2, 1, 1, 1]);
    misbehaviours.set('vault', { failDelete: true });
    const { outcome, locations } = await place.create({ name: 'third' });
    expect(outcome).toBe('with-warnings');
    expect(locations).toMatchObject([{ state: 'stored', notReplaced: { message: expect.stringContaining('forgets nothing') as string } }]);
    expect(whole()).toBe(2);
    misbehaviours.clear();
    const { backup } = await place.create({ name: 'fourth' });
    expect(backupsAt('vault')).toEqual([backup.locations[0]?.key]);
    expect(readdirSync(join(place.dataDir, 'journal'))).toEqual([]);
  });

  test('keeps the old one where the new one is not given back as it was sent', async () => {
    await addLimited('vault', { kept: 1 });
    const { backup } = await place.create({ name: 'first' });
    misbehaviours.set('vault', { corruptByte: 2_000 });
    await expect(place.create({ name: 'second' })).rejects.toMatchObject({ code: 'no-location-stored' });
    misbehaviours.clear();
    expect((await place.host.backups.list()).backups).toMatchObject([{ id: backup.id }]);
  });

  test('is asked for all of the new one before the old one goes, unless it compared digests itself', async () => {
    await addLimited('vault', { kept: 1 });
    const wholeReads = async (verifies: boolean) => {
      let count = 0;
      const onGet = (key: string, length: number | undefined) => {
        if (key.endsWith('.tar') && length === undefined) count += 1;
      };
      misbehaviours.set('vault', { verifies, onGet });
      await place.create();
      return count;
    };
    // Nothing goes yet.
    expect(await wholeReads(false)).toBe(0);
    expect(await wholeReads(false)).toBe(1);
    expect(await wholeReads(true)).toBe(0);
    expect(backupsAt('vault')).toHaveLength(1);
  });

  test('loses all that are too many when it is to keep fewer, the oldest first', async () => {
    const { id } = await addLimited('vault', { kept: 0 });
    const made = [];
    for (const name of ['a', 'b', 'c']) made.push((await place.create({ name })).backup.id);
    await place.host.locations.update(id, { config: { name: 'vault', kept: 2 } });
    const { backup, locations } = await place.create({ name: 'd' });
    expect(locations).toMatchObject([{ replaced: made.slice(0, 2) }]);
    expect(new Set((await place.host.backups.list()).backups.map(({ id: left }) => left))).toEqual(new Set([made[2], backup.id]));
  });
});

describe('an issue is raised for what only the user can mend', () => {
  test.each([
    ['quota-exceeded', { failPutAfter: 1_000 }],
    ['access-lost', { failPutAfter: 1_000, failCode: 'auth-failed' }],
    ['location-gone', { failPutAfter: 1_000, failCode: 'not-found' }],
  ] as const)('%s for %j, and closed by the next success', async (code, misbehaviour) => {
    await place.addLocation('one');
    misbehaviours.set('one', misbehaviour);
    await expect(place.create()).rejects.toMatchObject({ code: 'no-location-stored' });
    expect(await issues()).toEqual([[code, 'one']]);
    misbehaviours.clear();
    await place.create();
    expect(await issues()).toEqual([]);
  });

  test('not-encrypted, and none for a location that is merely away', async () => {
    await place.addLocation('vault', 'vault');
    await place.addLocation('one');
    await place.addLocation('away');
    misbehaviours.set('away', { away: true });
    await place.create({ encrypt: false });
    expect(await issues()).toEqual([['not-encrypted', 'vault']]);
  });
});
