import { createCipheriv, createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf } from '../home-assistant.fixture.js';
import type { ReadRange } from '../scan-backup.js';
import { deriveIv, deriveKey } from '../securetar/derive-key.js';
import { awkwardItems, password, tarOf, writtenBackup } from '../written-backup.fixture.js';
import type { IndexedArchive } from './archive-index.js';
import { readEntry } from './read-entry.js';
import { readTarRange } from './read-archive-range.js';

// Compressible, incompressible and zero stretches over several blocks and two pieces.
const tar = Buffer.concat([tarOf(awkwardItems()).subarray(0, -10_240), tarOf(awkwardItems())]);

function countingRange(bytes: Buffer): { read: ReadRange; moved: () => number } {
  let moved = 0;
  return {
    async read(offset, length) {
      const part = bytes.subarray(offset, offset + length);
      moved += part.length;
      return part;
    },
    moved: () => moved,
  };
}

const borders = [
  0,
  1,
  15,
  16,
  17,
  63,
  64,
  65,
  262_143,
  262_144,
  262_145,
  1_048_559,
  1_048_560,
  1_048_576,
  1_048_593,
  tar.length - 1,
  tar.length,
];

async function checkRanges(bytes: Buffer, archive: IndexedArchive, numRuns = 40): Promise<void> {
  const check = async (offset: number, length: number) => {
    const { read } = countingRange(bytes);
    const found = await bytesOf(readTarRange(read, archive, password, offset, length));
    expect(found.equals(tar.subarray(offset, offset + length)), `${length} bytes from ${offset}`).toBe(true);
  };
  for (const from of borders) for (const to of [from, from + 1, from + 16, ...borders]) if (to >= from) await check(from, to - from);
  await fc.assert(
    fc.asyncProperty(fc.nat(tar.length), fc.nat(300_000), (offset, length) => check(offset, length)),
    { numRuns },
  );
}

describe.each<[string, { format?: 'securetar-2' | 'securetar-3'; password: string | undefined }]>([
  ['plain', { password: undefined }],
  ['version 2', { format: 'securetar-2', password }],
  ['version 3', { format: 'securetar-3', password }],
])('%s', (_, options) => {
  test.each(['share.tar.gz', 'share.tar'])('every range of %s is the same range of the tar', async (member) => {
    const { bytes, archives } = await writtenBackup({ 'first.tar.gz': tarOf([]), [member]: tar }, options);
    const archive = archives[1];
    if (archive === undefined) throw new Error('there are two');
    expect(archive.blocks === undefined).toBe(member === 'share.tar');
    await checkRanges(bytes, archive);
  });

  test('a gzip stream without blocks is read from its start', async () => {
    const { bytes, archives } = await writtenBackup({ 'share.tar.gz': tar }, options);
    const [{ blocks: _blocks, ...archive } = { blocks: undefined, member: '' }] = archives;
    expect(archive).not.toHaveProperty('blocks');
    await checkRanges(bytes, archive as IndexedArchive, 5);
  });

  test('no more is fetched than the blocks that are asked for', async () => {
    const { bytes, archives } = await writtenBackup({ 'share.tar.gz': tar }, options);
    const [archive] = archives;
    if (archive?.blocks === undefined) throw new Error('there is one');
    const { read, moved } = countingRange(bytes);
    await bytesOf(readTarRange(read, archive, password, 300_000, 1000));
    expect(moved()).toBeLessThanOrEqual((archive.blocks.sizes[1] ?? 0) + 48);
  });

  test('a cut file is told', async () => {
    const { bytes, archives } = await writtenBackup({ 'share.tar.gz': tar }, options);
    const [archive] = archives;
    if (archive === undefined) throw new Error('there is one');
    const { read } = countingRange(bytes.subarray(0, archive.offset + 1000));
    await expect(bytesOf(readTarRange(read, archive, password, 0, 400_000))).rejects.toMatchObject({ code: 'truncated' });
  });
});

test('version 1 is read by ranges too, split trailer or not', async () => {
  const salt = Buffer.alloc(16, 3);
  const key = deriveKey(password);
  for (const [plaintext, gzip] of [
    [gzipSync(tar), true],
    [tar, false],
  ] as const) {
    const padded = Buffer.concat([plaintext, Buffer.alloc((16 - (plaintext.length % 16)) % 16)]);
    const cipher = createCipheriv('aes-128-cbc', key, deriveIv(key, salt)).setAutoPadding(false);
    const bytes = Buffer.concat([Buffer.alloc(77), salt, cipher.update(padded)]);
    const size = bytes.length - 77;
    expect(size % 16).toBe(0);
    await checkRanges(bytes, { member: 'a', offset: 77, size, format: 'securetar-1', plaintextSize: size - 16, gzip, salt }, 5);
  }
});

test('content that is not what the index says is corrupt, and a key is needed', async () => {
  const { bytes, archives } = await writtenBackup({ 'share.tar.gz': tar });
  const [archive] = archives;
  if (archive === undefined) throw new Error('there is one');
  const { read } = countingRange(bytes);
  const entry = { path: 'x', type: 'file', size: 1000, mode: 0o644, mtime: 0, uid: 0, gid: 0 } as const;
  const sha256 = createHash('sha256').update(tar.subarray(5000, 6000)).digest('hex');
  expect(await bytesOf(readEntry(read, archive, password, { entry, offset: 5000, sha256 }))).toHaveLength(1000);
  await expect(bytesOf(readEntry(read, archive, password, { entry, offset: 5001, sha256 }))).rejects.toMatchObject({ code: 'corrupt' });
  await expect(bytesOf(readEntry(read, archive, undefined, { entry, offset: 5000, sha256 }))).rejects.toMatchObject({ code: 'key-needed' });
  const beyond = { entry, offset: tar.length - 500, sha256 };
  await expect(bytesOf(readEntry(read, archive, password, beyond))).rejects.toMatchObject({ code: 'corrupt' });
});

test('blocks that are not as the index says are corrupt', async () => {
  const { bytes, archives } = await writtenBackup({ 'share.tar.gz': tar });
  const [archive] = archives;
  if (archive?.blocks === undefined) throw new Error('there is one');
  const [first = 0, second = 0, ...rest] = archive.blocks.sizes;
  const wrong = { ...archive, blocks: { ...archive.blocks, sizes: [first + 1, second - 1, ...rest] } };
  await expect(bytesOf(readTarRange(countingRange(bytes).read, wrong, password, 0, 100))).rejects.toMatchObject({ code: 'corrupt' });
});
