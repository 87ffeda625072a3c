import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { extract, pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { decodeName } from '../../base/file-name.js';
import { bytesOf, sourceOf } from '../home-assistant.fixture.js';
import { encodeTarHeader, tarEnd, tarPadding } from './encode-tar.js';
import { readTar } from './read-tar.js';
import type { TarEntry } from './tar-entry.js';

interface Item {
  readonly entry: TarEntry;
  readonly content: Buffer;
}

function encode(items: readonly Item[]): Buffer {
  const members = items.flatMap(({ entry, content }) => [encodeTarHeader(entry), content, tarPadding(content.length)]);
  const body = Buffer.concat(members);
  return Buffer.concat([body, tarEnd(body.length)]);
}

async function decode(tar: Buffer, chunk?: number): Promise<Item[]> {
  const items: Item[] = [];
  for await (const { entry, body } of readTar(sourceOf(tar, chunk))) items.push({ entry, content: await bytesOf(body) });
  return items;
}

// Names as a file system has them: any bytes but NUL, of any length, made of parts.
const part = fc.oneof(
  fc.stringMatching(/^[a-z0-9._-]{1,60}$/),
  fc
    .uint8Array({ min: 1, max: 255, minLength: 1, maxLength: 90 })
    .map((bytes) => decodeName(bytes.map((byte) => (byte === 0x2f ? 0x5f : byte)))),
);
const path = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
const id = fc.oneof(fc.nat(2_097_151), fc.nat(0xffff_ffff), fc.maxSafeNat());
const time = fc.oneof(
  fc.integer({ min: -1e10, max: 1e11 }),
  fc.double({ min: -1e10, max: 1e11, noNaN: true }).filter((seconds) => Math.abs(seconds) > 1e-6),
);
const content = fc.uint8Array({ maxLength: 1200 }).map((bytes) => Buffer.from(bytes));

const item: fc.Arbitrary<Item> = fc
  .record({
    type: fc.constantFrom('file', 'directory', 'symlink', 'hardlink', 'fifo', 'character-device', 'block-device' as const),
    path,
    linkPath: path,
    content,
    mode: fc.integer({ min: 0, max: 0o7777 }),
    mtime: time.map((seconds) => seconds + 0),
    uid: id,
    gid: id,
    userName: fc.option(part, { nil: undefined }),
    groupName: fc.option(part, { nil: undefined }),
  })
  .map(({ type, linkPath, content: bytes, userName, groupName, ...common }) => ({
    content: type === 'file' ? bytes : Buffer.alloc(0),
    entry: {
      ...common,
      type,
      size: type === 'file' ? bytes.length : 0,
      ...(type === 'symlink' || type === 'hardlink' ? { linkPath } : {}),
      ...(userName === undefined ? {} : { userName }),
      ...(groupName === undefined ? {} : { groupName }),
    },
  }));

const plain: TarEntry = { path: 'a', type: 'file', size: 0, mode: 0o644, mtime: 0, uid: 0, gid: 0 };

test('every entry comes back as it was, in chunks of any size', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 6 }), fc.integer({ min: 1, max: 4000 }), async (items, chunk) => {
      const tar = encode(items);
      expect(tar.length % 10_240).toBe(0);
      expect(await decode(tar, chunk)).toEqual(items);
    }),
    { numRuns: 300 },
  );
});

describe('a header is one block where ustar can say it', () => {
  test.each<[string, Partial<TarEntry>, number]>([
    ['a plain file', {}, 1],
    ['a name of 100 bytes', { path: 'n'.repeat(100) }, 1],
    ['a long name that splits at a slash', { path: `${'d'.repeat(150)}/${'n'.repeat(100)}` }, 1],
    ['the largest size', { size: 8 ** 11 - 1 }, 1],
    ['the largest id', { uid: 2_097_151, gid: 2_097_151 }, 1],
    ['a name of 101 bytes without a slash', { path: 'n'.repeat(101) }, 3],
    ['a name outside ASCII', { path: 'ü' }, 3],
    ['a fraction of a second', { mtime: 0.5 }, 3],
    ['a time before 1970', { mtime: -1 }, 3],
    ['a size of 8 GiB', { size: 8 ** 11 }, 3],
    ['a larger id', { uid: 2_097_152 }, 3],
    ['a name that needs two blocks of records', { path: 'n'.repeat(600) }, 4],
  ])('%s', (_, change, blocks) => {
    expect(encodeTarHeader({ ...plain, ...change })).toHaveLength(blocks * 512);
  });
});

test('a size beyond 8 GiB is in a record, and the field is zero', async () => {
  const size = 9 * 1024 ** 3;
  const header = encodeTarHeader({ ...plain, size, mtime: 1.5 });
  expect(header.toString('latin1', 512, 1024)).toContain(`size=${size}\n`);
  expect(header.toString('latin1', 1024 + 124, 1024 + 136)).toBe('00000000000\0');
  const members = readTar(sourceOf(header));
  expect((await members.next()).value).toMatchObject({ entry: { size }, offset: 1536 });
  // The content is missing, and that is told.
  await expect(members.next()).rejects.toMatchObject({ code: 'truncated', details: { offset: 1536 } });
});

test('a name that is not UTF-8 is written as raw bytes, and announced', () => {
  const header = encodeTarHeader({ ...plain, path: decodeName(Buffer.from([0x66, 0xff])) });
  expect(header.subarray(512, 560).toString('latin1')).toMatch(/^21 hdrcharset=BINARY\n11 path=f\xff\n/);
});

describe('tar-stream', () => {
  const items: Item[] = [
    { entry: { ...plain, path: 'data', type: 'directory', mode: 0o755 }, content: Buffer.alloc(0) },
    { entry: { ...plain, path: `data/${'long/'.repeat(60)}é`, size: 3, mtime: 1_700_000_000.25 }, content: Buffer.from('abc') },
    { entry: { ...plain, path: 'data/link', type: 'symlink', linkPath: `../${'x'.repeat(200)}`, mode: 0o777 }, content: Buffer.alloc(0) },
    { entry: { ...plain, path: 'data/other', type: 'hardlink', linkPath: 'data/a' }, content: Buffer.alloc(0) },
  ];

  test('reads what is written', async () => {
    const reader = extract();
    reader.end(encode(items));
    const names: unknown[] = [];
    for await (const member of reader) {
      names.push([member.header.name.replace(/\/$/, ''), member.header.type, member.header.size, member.header.linkname ?? undefined]);
      member.resume();
    }
    const typeOf = { hardlink: 'link' } as Record<string, string>;
    expect(names).toEqual(items.map(({ entry }) => [entry.path, typeOf[entry.type] ?? entry.type, entry.size, entry.linkPath]));
  });

  test('writes what is read', async () => {
    const writer = pack();
    writer.entry({ name: 'data/', type: 'directory', mtime: new Date(0), mode: 0o755 });
    writer.entry({ name: `data/${'ü'.repeat(150)}`, mtime: new Date(1_700_000_000_000), mode: 0o600, uid: 7, gname: 'users' }, 'abc');
    writer.entry({ name: 'data/link', type: 'symlink', linkname: 'ü'.repeat(90), mtime: new Date(0) });
    writer.finalize();
    const found = await decode(await bytesOf(Readable.from(writer)));
    expect(found.map(({ entry }) => entry)).toMatchObject([
      { path: 'data', type: 'directory', mode: 0o755 },
      { path: `data/${'ü'.repeat(150)}`, type: 'file', size: 3, mode: 0o600, uid: 7, groupName: 'users', mtime: 1_700_000_000 },
      { path: 'data/link', type: 'symlink', linkPath: 'ü'.repeat(90) },
    ]);
    expect(found[1]?.content.toString()).toBe('abc');
  });
});
