import { createCipheriv, randomBytes } from 'node:crypto';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../base/byte-reader.js';
import { bytesOf, sourceOf } from '../home-assistant.fixture.js';
import { openInnerArchive } from '../open-inner-archive.js';
import { awkwardItems, password, tarOf } from '../written-backup.fixture.js';
import { deriveIv, deriveKey } from './derive-key.js';
import { joinSplitGzip } from './split-gzip.js';
import { unlockArchive } from './unlock-archive.js';

const key = deriveKey(password);
const tar = tarOf(awkwardItems().slice(0, 5));

/** Padded as each piece of a version 1 archive was (format 6.2). */
const padded = (piece: Buffer, always = false) => {
  const missing = 16 - (piece.length % 16);
  return missing === 16 && !always ? piece : Buffer.concat([piece, Buffer.alloc(missing, missing)]);
};

const uint32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const gzipHeader = Buffer.from('1f8b08080000000002ff00', 'hex');

/** The gzip of a version 1 archive, with its end in pieces. */
function splitGzip(content: Buffer, level = 6): Buffer {
  const data = Buffer.concat([gzipHeader, deflateRawSync(content, { level })]);
  return Buffer.concat([padded(data), padded(uint32(crc32(content))), padded(uint32(content.length))]);
}

function sealed(blocks: Buffer): Buffer {
  const salt = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', key, deriveIv(key, salt)).setAutoPadding(false);
  return Buffer.concat([salt, cipher.update(blocks), cipher.final()]);
}

function memberOf(bytes: Buffer, stated: { plaintextSize?: number } = {}) {
  return {
    name: 'share.tar.gz',
    size: bytes.length,
    offset: 0,
    mtime: 0,
    kind: 'inner-archive' as const,
    body: sourceOf(bytes, 50_000),
    ...stated,
  };
}

async function plaintextOf(bytes: Buffer, stated?: { plaintextSize?: number }): Promise<Buffer> {
  const member = memberOf(bytes, stated);
  const { plaintext, format } = await unlockArchive(new ByteReader(member.body), member, ['another', password]);
  expect(format).toBe('securetar-1');
  return bytesOf(plaintext.rest());
}

/** Its entries' paths. */
async function read(bytes: Buffer, stated?: { plaintextSize?: number }): Promise<string[]> {
  await using archive = await openInnerArchive(memberOf(bytes, stated), [password]);
  const paths: string[] = [];
  for await (const { entry } of archive.entries) paths.push(entry.path);
  return paths;
}

describe('every form of version 1 opens', () => {
  const packed = gzipSync(tar);

  test.each<[string, Buffer, Buffer, { plaintextSize?: number }]>([
    ['a split gzip trailer', splitGzip(tar), Buffer.concat([gzipHeader, deflateRawSync(tar), uint32(crc32(tar)), uint32(tar.length)]), {}],
    ['a gzip with one padding', padded(packed, true), packed, {}],
    ['a gzip whose size is stated', padded(packed, true), packed, { plaintextSize: packed.length }],
    [
      'one whose size is stated as older writers did',
      padded(packed, true),
      packed,
      { plaintextSize: packed.length - (packed.length % 16) },
    ],
    ['a tar without padding', tar, tar, {}],
    ['a tar with padding', padded(tar, true), tar, {}],
    ['a tar whose size is stated', padded(tar, true), tar, { plaintextSize: tar.length }],
  ])('%s', async (_, blocks, plaintext, stated) => {
    expect((await plaintextOf(sealed(blocks), stated)).equals(plaintext)).toBe(true);
    expect(await read(sealed(blocks), stated)).toEqual(['.', 'empty', 'text.txt', 'zeros', 'noise']);
  });

  test('wherever the deflate data ends, and however the bytes arrive', async () => {
    const content = fc.uint8Array({ minLength: 1, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 500 }), fc.constantFrom(0, 6), async (bytes, chunk, level) => {
        const plain = Buffer.from(bytes);
        const expected = Buffer.concat([gzipHeader, deflateRawSync(plain, { level }), uint32(crc32(plain)), uint32(plain.length)]);
        const joined = (gzip: Buffer) => bytesOf(joinSplitGzip(sourceOf(gzip, chunk)));
        expect(await joined(splitGzip(plain, level))).toEqual(expected);
        expect(await joined(padded(expected))).toEqual(expected);
        expect(await joined(padded(expected, true))).toEqual(expected);
      }),
    );
  });
});

describe('what is wrong is told', () => {
  const bytes = sealed(splitGzip(tar));

  test.each([[], ['']])('no key: %s', async (...passwords) => {
    await expect(openInnerArchive(memberOf(bytes), passwords)).rejects.toMatchObject({ code: 'key-needed' });
  });

  test('a wrong key, with the member', async () => {
    const opening = openInnerArchive(memberOf(bytes), ['wrong', 'neither']);
    await expect(opening).rejects.toMatchObject({ code: 'wrong-key', details: { member: 'share.tar.gz' } });
  });

  test('any changed byte of the end', async () => {
    for (let back = 1; back <= 64; back += 1) {
      const changed = Buffer.from(bytes);
      const at = changed.length - back;
      changed[at] = (changed[at] ?? 0) ^ 4;
      await expect(read(changed), `byte -${back}`).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  test('a cut at any block, where the outer tar does not tell', async () => {
    for (let length = bytes.length - 16; length > bytes.length - 96; length -= 16) {
      await expect(read(bytes.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({ code: 'corrupt' });
    }
    const plain = sealed(tar);
    await expect(read(plain.subarray(0, plain.length - 11_264))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('another size than the stated one', async () => {
    const size = tar.length;
    for (const plaintextSize of [size + 1, size - 16, 0]) {
      await expect(read(sealed(padded(tar, true)), { plaintextSize })).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  test('what follows the end', async () => {
    await expect(read(sealed(Buffer.concat([tar, Buffer.alloc(512, 7)])))).rejects.toMatchObject({ code: 'corrupt' });
    await expect(read(sealed(Buffer.concat([splitGzip(tar), Buffer.alloc(64, 7)])))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('a source that fails behind the deflate data', async () => {
    const failing = async function* () {
      yield splitGzip(tar).subarray(0, -32);
      throw new Error('the disk failed');
    };
    await expect(bytesOf(joinSplitGzip(failing()))).rejects.toThrow('the disk failed');
  });
});
