import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { bytesOf, sourceOf } from './home-assistant.fixture.js';
import { openInnerArchive } from './open-inner-archive.js';
import { readBackup, readMetadata } from './read-backup.js';
import { readTar } from './tar/read-tar.js';
import { archiveHeader, writeBackup } from './write-backup.js';
import { awkwardItems, type Item, password, summaryOf, tarOf, writtenBackup } from './written-backup.fixture.js';

const items = awkwardItems();
const tars = { 'homeassistant.tar.gz': tarOf(items), 'share.tar.gz': tarOf([]), 'ssl.tar': tarOf(items.slice(0, 3)) };

async function contentsOf(bytes: Buffer, passwords: readonly string[]) {
  const found: Record<string, ReturnType<typeof summaryOf>> = {};
  for await (const member of readBackup(sourceOf(bytes))) {
    if (member.kind !== 'inner-archive') continue;
    await using archive = await openInnerArchive(member, passwords);
    const entries: Item[] = [];
    for await (const { entry, body } of archive.entries) entries.push({ entry, content: await bytesOf(body) });
    found[member.name] = summaryOf(entries);
  }
  return found;
}

describe.each([
  ['encrypted', password],
  ['plain', undefined],
])('%s', (_, withPassword) => {
  test('all that was written is read back', async () => {
    const { bytes } = await writtenBackup(tars, { password: withPassword });
    const found = await contentsOf(bytes, [password]);
    const summary = summaryOf(items);
    expect(found).toEqual({ 'homeassistant.tar.gz': summary, 'share.tar.gz': [], 'ssl.tar': summary.slice(0, 3) });
  });

  test('the outer tar is as Home Assistant wants it', async () => {
    const { bytes, archives } = await writtenBackup(tars, { password: withPassword });
    expect(bytes.length % 10_240).toBe(0);
    const members: unknown[] = [];
    for await (const { entry, offset, pax } of readTar(sourceOf(bytes))) {
      members.push({
        path: entry.path,
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
        pax: Object.fromEntries(pax),
        offset,
        size: entry.size,
      });
    }
    const common = { mode: 0o644, uid: 0, gid: 0 };
    expect(members).toMatchObject([
      { ...common, path: './backup.json', pax: {}, offset: 512 },
      ...archives.map(({ member: path, offset, size }) => ({ ...common, path, offset, size, pax: { mtime: '1795253931.498' } })),
    ]);
    expect(Object.keys(tars)).toEqual(archives.map(({ member }) => member));
  });

  test('tar-stream finds the same members', async () => {
    const { bytes, archives } = await writtenBackup(tars, { password: withPassword });
    const reader = extract();
    reader.end(bytes);
    const found: unknown[] = [];
    for await (const member of reader) {
      found.push([member.header.name, member.header.size]);
      member.resume();
    }
    expect(found.slice(1)).toEqual(archives.map(({ member, size }) => [member, size]));
    expect(found[0]).toEqual(['./backup.json', expect.any(Number)]);
  });
});

test('the metadata come first and whole', async () => {
  const { bytes } = await writtenBackup(tars);
  const first = await readBackup(sourceOf(bytes)).next();
  if (first.done === true) throw new Error('There is a first member.');
  expect(await readMetadata(first.value)).toMatchObject({ name: 'Test', protected: true, version: 2 });
});

test('sizes are told as they are in the file', async () => {
  const { bytes, archives } = await writtenBackup(tars, { password: undefined });
  for (const { member: memberName, offset, size, plaintextSize } of archives) {
    const stored = bytes.subarray(offset, offset + size);
    expect(plaintextSize).toBe(size);
    const tar = memberName.endsWith('.gz') ? gunzipSync(stored) : stored;
    expect(
      Object.entries(tars)
        .find(([name]) => name === memberName)?.[1]
        .equals(tar),
    ).toBe(true);
  }
});

test('two backups of the same never look the same when encrypted', async () => {
  const [one, two] = [await writtenBackup(tars), await writtenBackup(tars)];
  const at = one.archives[0]?.offset ?? 0;
  expect(one.bytes.subarray(0, at).equals(two.bytes.subarray(0, at))).toBe(true);
  expect(one.bytes.subarray(at + 32, at + 64).equals(two.bytes.subarray(at + 32, at + 64))).toBe(false);
});

test('a member of 8 GiB and more needs no more room for its headers than any other', async () => {
  for (const mtime of [0, 1_795_253_931, 1_795_253_931.4987824]) {
    const small = archiveHeader('homeassistant.tar.gz', 200, mtime);
    for (const size of [8 ** 11 - 1, 8 ** 11, 2 ** 50]) {
      const large = archiveHeader('homeassistant.tar.gz', size, mtime);
      expect(large).toHaveLength(small.length);
      expect((await readTar(sourceOf(large)).next()).value).toMatchObject({ entry: { size, mtime, path: 'homeassistant.tar.gz' } });
    }
  }
});

test('nothing is read before it is asked for, and leaving early ends the sources', async () => {
  const seen: string[] = [];
  const tar = async function* () {
    try {
      for (;;) {
        seen.push('read');
        yield Buffer.alloc(100_000, seen.length);
      }
    } finally {
      seen.push('ended');
    }
  };
  const pieces = writeBackup({
    metadata: { ...(await metadataOf()) },
    archives: [{ memberName: 'media.tar', tar: tar() }],
    password,
    compressionLevel: 1,
    mtime: 1,
  });
  await pieces.next();
  await pieces.next();
  expect(seen).toEqual([]);
  await pieces.next();
  expect(seen.length).toBeLessThan(8);
  await pieces.return();
  expect(seen.at(-1)).toBe('ended');
});

test('an empty password is refused, for it would encrypt nothing', async () => {
  await expect(writtenBackup(tars, { password: '' })).rejects.toThrow(RangeError);
});

async function metadataOf() {
  const first = await readBackup(sourceOf((await writtenBackup({})).bytes)).next();
  if (first.done === true) throw new Error('There is a first member.');
  return readMetadata(first.value);
}
