import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IndexedEntry } from './archive-index.js';
import { all, entryOf, indexCipherKey, makeIndex, openMade } from './made-index.fixture.js';
import { comparePaths, isWithin, plainPath } from './path-order.js';

const name = fc.oneof(
  fc.constantFrom('a', 'a-b', 'b', 'ü', '\udcff', 'a b', '.x', '\u{10ffff}', '"\\\n'),
  fc.string({ minLength: 1, maxLength: 5 }).map((text) => text.replace(/[/.]/g, '_')),
);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const paths = fc.uniqueArray(path, { maxLength: 60 });

// What walking a tree gives: each folder's names in ascending order, a folder before what is in it.
function walked(found: readonly string[]): string[] {
  const byParts = (one: string, other: string) => {
    const [a, b] = [one.split('/'), other.split('/')];
    const at = a.findIndex((part, depth) => part !== b[depth]);
    if (at === -1) return a.length - b.length;
    const [left, right] = [a[at] ?? '', b[at]];
    return right === undefined ? 1 : left < right ? -1 : 1;
  };
  return [...found].sort(byParts);
}

test('the order of paths is that in which a tree is walked', () => {
  fc.assert(
    fc.property(paths, (found) => {
      expect([...found].sort(comparePaths)).toEqual(walked(found));
    }),
  );
});

test('every entry comes back as it was, in its order, also where names are not UTF-8', async () => {
  const change = fc.record({
    type: fc.constantFrom('file', 'directory', 'symlink', 'hardlink', 'fifo', 'character-device', 'block-device'),
    size: fc.nat(),
    mode: fc.nat(0o7777),
    mtime: fc.double({ min: -1e10, max: 1e10, noNaN: true }).map((time) => time + 0),
    uid: fc.nat(),
    gid: fc.nat(),
  });
  const links = fc.record({ linkPath: path, userName: name, groupName: name }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(path, change, links), { maxLength: 40 }), fc.boolean(), async (rows, encrypted) => {
      const entries = rows.map(([at, fields, more]) => entryOf(at, { ...fields, ...more }));
      const key = encrypted ? indexCipherKey : 'none';
      const made = await makeIndex({ 'a.tar.gz': entries, 'b.tar': [], 'c.tar': [...entries].reverse() }, key);
      const { index } = await openMade(made, key);
      expect(index.archives().map(({ member }) => member)).toEqual(['a.tar.gz', 'b.tar', 'c.tar']);
      expect(await all(index.entries('a.tar.gz'))).toEqual(entries);
      expect(await all(index.entries('b.tar'))).toEqual([]);
      expect(await all(index.entries('c.tar'))).toEqual([...entries].reverse());
    }),
    { numRuns: 60 },
  );
});

/** Enough entries for several pages, in walking order. */
function manyEntries(): IndexedEntry[] {
  const found = ['.'];
  for (let folder = 0; folder < 40; folder += 1) {
    found.push(`folder-${folder}`, `folder-${folder}/sub`);
    for (let file = 0; file < 120; file += 1) found.push(`folder-${folder}/sub/file ${file} ${'x'.repeat(40)}`);
    found.push(`folder-${folder}/sub-file`);
  }
  return found
    .map((each) => plainPath(each))
    .sort(comparePaths)
    .map((each) => entryOf(each === '' ? '.' : each, each.includes('file') ? {} : { type: 'directory', size: 0 }));
}

test.each([
  ['in walking order', (entries: IndexedEntry[]) => entries],
  ['in any other order', (entries: IndexedEntry[]) => [...entries].reverse()],
])('paths and folders are found in an archive %s', async (_, order) => {
  const entries = order(manyEntries());
  const made = await makeIndex({ 'a.tar.gz': entries });
  const { index } = await openMade(made);
  for (const found of entries.filter((_each, number) => number % 97 === 0)) {
    expect(await index.find('a.tar.gz', plainPath(found.entry.path))).toEqual(found);
  }
  expect(await index.find('a.tar.gz', 'folder-3/su')).toBeUndefined();
  expect(await index.find('other.tar.gz', 'folder-3')).toBeUndefined();
  for (const within of ['', 'folder-7', 'folder-12/sub', 'folder-39/sub-file', 'folder', 'zzz']) {
    const expected = entries.filter(({ entry }) => isWithin(plainPath(entry.path), within));
    expect(await all(index.entries('a.tar.gz', { within })), within).toEqual(expected);
    const shallow = await all(index.entries('a.tar.gz', { within, shallow: true }));
    const depth = (at: string) => (at === within ? 0 : at.slice(within === '' ? 0 : within.length + 1).split('/').length);
    const direct = (found: IndexedEntry) => depth(plainPath(found.entry.path)) <= 1;
    expect(shallow.filter(direct), within).toEqual(expected.filter(direct));
  }
});

test('one path costs the root page and one page of entries, whatever the size', async () => {
  const made = await makeIndex({ 'a.tar.gz': Array.from({ length: 30_000 }, (_, n) => entryOf(`f${String(n).padStart(6, '0')}`)) });
  const { index, reads } = await openMade(made);
  expect(await index.find('a.tar.gz', 'f012345')).toBeDefined();
  expect(reads).toHaveLength(2);
  expect(reads.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(128 * 1024 + 40_000);
});

test('a small index comes in one request', async () => {
  const made = await makeIndex({ 'a.tar.gz': [entryOf('a'), entryOf('b')] });
  const { index, reads } = await openMade(made);
  expect(await all(index.entries('a.tar.gz'))).toHaveLength(2);
  expect(reads).toHaveLength(1);
});
