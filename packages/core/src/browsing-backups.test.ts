import { createHash, randomFillSync } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Difference } from './backups/browse/compare-entries.js';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { misbehaviours, stores } from './memory-provider.fixture.js';

let place: HostPlace;
beforeEach(async () => {
  place = await makeHostPlace();
  await place.addLocation('near');
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** `docs`, with a folder, links and a file in two sources, and `more`. */
function makeSources(): { name: string; path: string }[] {
  const { source, folder } = place;
  mkdirSync(join(source, 'sub', 'deep'), { recursive: true });
  writeFileSync(join(source, 'sub', 'notes.txt'), 'notes');
  writeFileSync(join(source, 'sub', 'deep', 'photo.jpg'), randomFillSync(Buffer.alloc(700_000)));
  symlinkSync('notes.txt', join(source, 'sub', 'pointer'));
  linkSync(join(source, 'sub', 'notes.txt'), join(source, 'sub', 'same'));
  const more = join(folder, 'more');
  mkdirSync(more);
  writeFileSync(join(more, 'canary-name.txt'), 'the other');
  writeFileSync(join(more, 'only.txt'), 'only here');
  return [
    { name: 'docs', path: source },
    { name: 'more', path: more },
  ];
}

const shown = (entries: readonly { source: string; path: string }[]) => entries.map(({ source, path }) => `${source}:${path}`);
const told = (differences: readonly Difference[]) =>
  differences.map(({ source, path, change, what }) => `${change} ${source}:${path} ${what.join(' ')}`.trim());

test('a backup is listed by its index, with digests', async () => {
  const { backup } = await place.create({ sources: makeSources() });
  const { host } = place;
  const top = await all(host.backups.ls({ id: backup.id }));
  expect(shown(top)).toEqual(['docs:', 'docs:canary-name.txt', 'docs:large', 'docs:sub', 'more:', 'more:canary-name.txt', 'more:only.txt']);
  expect(top.find(({ path }) => path === 'only.txt')?.sha256).toBe(createHash('sha256').update('only here').digest('hex'));
  expect(shown(await all(host.backups.ls({ id: backup.id }, { path: 'sub' })))).toEqual([
    'docs:sub/deep',
    'docs:sub/notes.txt',
    'docs:sub/pointer',
    'docs:sub/same',
  ]);
  expect(shown(await all(host.backups.ls({ id: backup.id }, { path: 'docs:sub', recursive: true })))).toContain('docs:sub/deep/photo.jpg');
  expect(shown(await all(host.backups.ls({ id: backup.id }, { find: '*.txt' })))).toEqual([
    'docs:canary-name.txt',
    'docs:sub/notes.txt',
    'more:canary-name.txt',
    'more:only.txt',
  ]);
  expect(shown(await all(host.backups.ls({ id: backup.id }, { path: 'more' })))).toEqual(['more:canary-name.txt', 'more:only.txt']);
  expect(shown(await all(host.backups.ls({ id: backup.id }, { path: 'sub/notes.txt' })))).toEqual(['docs:sub/notes.txt']);
  await expect(all(host.backups.ls({ id: backup.id }, { path: 'sub/note.txt' }))).rejects.toMatchObject({
    code: 'path-not-in-backup',
    message: expect.stringContaining('"sub/notes.txt"') as string,
  });
});

test('one file comes out, through links, and anything else is told', async () => {
  const { backup } = await place.create({ sources: makeSources() });
  const cat = async (path: string) => Buffer.concat(await all(place.host.backups.cat({ id: backup.id }, path)));
  expect((await cat('sub/deep/photo.jpg')).equals(readFileSync(join(place.source, 'sub/deep/photo.jpg')))).toBe(true);
  expect((await cat('sub/same')).toString()).toBe('notes');
  expect((await cat('more:canary-name.txt')).toString()).toBe('the other');
  await expect(cat('canary-name.txt')).rejects.toMatchObject({ code: 'path-ambiguous' });
  await expect(cat('sub')).rejects.toMatchObject({ code: 'path-not-a-file' });
  await expect(cat('sub/pointer')).rejects.toMatchObject({ code: 'path-not-a-file' });
  await expect(cat('nothing')).rejects.toMatchObject({ code: 'path-not-in-backup' });
});

test('chosen paths are restored by the index as they are without it', async () => {
  const { backup } = await place.create({ sources: makeSources() });
  const paths = ['sub/same', 'sub/deep', 'only.txt'];
  const byIndex = await place.host.backups.restore({ backup: { id: backup.id }, to: join(place.folder, 'one'), paths });
  expect(byIndex).toMatchObject({ files: 3, folders: 1, links: 0, problems: [] });
  expect(readFileSync(join(place.folder, 'one/docs/sub/same'), 'utf8')).toBe('notes');
  expect(readFileSync(join(place.folder, 'one/more/only.txt'), 'utf8')).toBe('only here');
  expect(
    readFileSync(join(place.folder, 'one/docs/sub/deep/photo.jpg')).equals(readFileSync(join(place.source, 'sub/deep/photo.jpg'))),
  ).toBe(true);
  const whole = await place.host.backups.restore({ backup: { id: backup.id }, to: join(place.folder, 'two'), sources: ['docs'] });
  expect(whole).toMatchObject({ files: 4, links: 2, problems: [] });
  const nothing = place.host.backups.restore({ backup: { id: backup.id }, to: join(place.folder, 'three'), paths: ['gone'] });
  await expect(nothing).rejects.toMatchObject({ code: 'nothing-selected' });
});

test('differences between two backups come from their indexes alone', async () => {
  const sources = makeSources();
  const { backup: before } = await place.create({ sources });
  writeFileSync(join(place.source, 'sub', 'new.txt'), 'new');
  rmSync(join(place.source, 'large'));
  chmodSync(join(place.source, 'canary-name.txt'), 0o600);
  const mtime = new Date(1_700_000_000_000);
  writeFileSync(join(place.source, 'sub', 'notes.txt'), 'other');
  utimesSync(join(place.source, 'sub', 'notes.txt'), mtime, mtime);
  utimesSync(join(place.source, 'sub'), mtime, mtime);
  utimesSync(place.source, mtime, mtime);
  const { backup: after } = await place.create({ sources });
  const differences = await all(place.host.backups.diff({ id: before.id }, { id: after.id }));
  expect(told(differences)).toEqual([
    'changed docs: time',
    'changed docs:canary-name.txt mode',
    'removed docs:large',
    'changed docs:sub time',
    'added docs:sub/new.txt',
    'changed docs:sub/notes.txt content time',
    'changed docs:sub/same time',
  ]);
  expect(await all(place.host.backups.diff({ id: before.id }, { id: before.id }))).toEqual([]);
});

test('a folder is compared by size and time, and by content where it is asked for', async () => {
  const sources = makeSources();
  const { backup } = await place.create({ sources });
  const diff = (options = {}) =>
    all(place.host.backups.diff({ id: backup.id }, { folder: place.source }, { sources: ['docs'], ...options }));
  expect(await diff()).toEqual([]);
  expect(await diff({ checksum: true })).toEqual([]);
  const target = join(place.folder, 'restored');
  await place.host.backups.restore({ backup: { id: backup.id }, to: target });
  expect(await all(place.host.backups.diff({ id: backup.id }, { folder: target }, { checksum: true }))).toEqual([]);

  const canary = join(place.source, 'canary-name.txt');
  const time = new Date(1_700_000_000_000);
  utimesSync(canary, time, time);
  expect(told(await diff())).toEqual(['changed docs:canary-name.txt time']);
  const { backup: later } = await place.create({ sources });
  writeFileSync(canary, 'canary CONTENT');
  utimesSync(canary, time, time);
  const against = (checksum: boolean) =>
    all(place.host.backups.diff({ id: later.id }, { folder: place.source }, { sources: ['docs'], checksum }));
  expect(await against(false)).toEqual([]);
  expect(told(await against(true))).toEqual(['changed docs:canary-name.txt content']);
  for (const none of ['none', 'a'.repeat(300)]) {
    const missing = all(place.host.backups.diff({ id: later.id }, { folder: join(place.folder, none) }));
    await expect(missing).rejects.toMatchObject({ code: 'source-missing' });
  }
});

test('a target that can be no folder is refused before anything is written', async () => {
  const { backup } = await place.create({ sources: makeSources() });
  const file = join(place.folder, 'file');
  writeFileSync(file, 'in the way');
  for (const to of [file, join(file, 'below'), join(place.folder, 'a'.repeat(300))]) {
    const refused = expect.objectContaining({ code: 'restore-target-unusable', details: expect.objectContaining({ path: to }) });
    await expect(place.host.backups.restore({ backup: { id: backup.id }, to })).rejects.toEqual(refused);
  }
  expect(readFileSync(file, 'utf8')).toBe('in the way');
});

test('a changed byte of what is fetched is found, and nothing of it is given out', async () => {
  const { backup } = await place.create({ sources: makeSources() });
  const bytes = stores.get('near')?.get(backup.locations[0]?.key ?? '');
  misbehaviours.set('near', { corruptByte: Math.floor((bytes?.length ?? 0) / 2) });
  const given: Uint8Array[] = [];
  await expect(
    (async () => {
      for await (const chunk of place.host.backups.cat({ id: backup.id }, 'sub/deep/photo.jpg')) given.push(chunk);
    })(),
  ).rejects.toMatchObject({ code: 'bytes-changed' });
  expect(given).toEqual([]);
});

test('a source behind the changed bytes is restored all the same', async () => {
  const sources = makeSources();
  writeFileSync(join(place.source, 'sub', 'deep', 'photo.jpg'), randomFillSync(Buffer.alloc(3_000_000)));
  const { backup } = await place.create({ sources });
  misbehaviours.set('near', { corruptByte: 1_500_000 });
  const to = join(place.folder, 'restored');
  await expect(place.host.backups.restore({ backup: { id: backup.id }, to })).rejects.toMatchObject({ code: 'bytes-changed' });
  expect(readFileSync(join(to, 'more', 'only.txt'), 'utf8')).toBe('only here');
});

test('an index that is damaged or gone is told, and the backup is still restored', async () => {
  const { backup } = await place.create({ sources: makeSources() });
  const key = `${backup.locations[0]?.key}.holdfast.index`;
  const index = stores.get('near')?.get(key);
  for (const change of [() => index?.writeUInt8((index.at(-40) ?? 0) ^ 1, index.length - 40), () => stores.get('near')?.delete(key)]) {
    change();
    await expect(all(place.host.backups.ls({ id: backup.id }))).rejects.toMatchObject({ code: 'index-unreadable' });
    expect(await place.host.backups.verify({ id: backup.id })).toMatchObject({ ok: true, notes: [{ code: 'index-unreadable' }] });
    const to = join(place.folder, 'restored');
    const restored = await place.host.backups.restore({ backup: { id: backup.id }, to, paths: ['only.txt'], overwrite: true });
    expect(restored).toMatchObject({ files: 1, problems: [] });
  }
});

test('a cancelled call ends as cancelled', async () => {
  const { backup } = await place.create({ sources: makeSources() });
  const signal = AbortSignal.abort();
  await expect(all(place.host.backups.ls({ id: backup.id }, { signal }))).rejects.toMatchObject({ code: 'cancelled' });
});
