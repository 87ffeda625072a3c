import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../base/byte-reader.js';
import { isHoldfastError } from '../../base/errors.js';
import { lateBytesOf } from '../../base/reused-chunks.fixture.js';
import { sourceOf } from '../home-assistant.fixture.js';
import { aroundBlocks, type BlockedGzip, gzipInBlocks } from './gunzip-blocks.fixture.js';
import { gunzipBlocks } from './gunzip-blocks.js';
import type { GunzipOptions } from './gunzip.js';
import type { RestartBlocks } from './restart-blocks.js';

function unpack({ packed, blocks }: BlockedGzip, chunk?: number, options?: GunzipOptions): Promise<Buffer> {
  return lateBytesOf(gunzipBlocks(new ByteReader(sourceOf(packed, chunk)), blocks, options));
}

const text = Buffer.from('All that is gold does not glitter. '.repeat(300));
const mixed = Buffer.concat([text, randomBytes(5000), Buffer.alloc(4000), text]);
const fullFlush = { finishFlush: constants.Z_FULL_FLUSH };

test('every content comes back, in blocks and chunks of any size, and is what gunzip makes of it', async () => {
  const options = {
    blockSize: fc.integer({ min: 1, max: 3000 }),
    level: fc.integer({ min: 0, max: 9 }),
    chunk: fc.integer({ min: 1, max: 5000 }),
  };
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 5000 }),
    fc.nat(mixed.length).map((start) => mixed.subarray(start, start + 8000)),
  );
  await fc.assert(
    fc.asyncProperty(content, fc.record(options), async (bytes, { blockSize, level, chunk }) => {
      const made = gzipInBlocks(bytes, Math.max(blockSize, Math.ceil(bytes.length / 50)), level);
      expect((await unpack(made, chunk)).equals(bytes)).toBe(true);
      expect(gunzipSync(made.packed).equals(bytes)).toBe(true);
    }),
    { numRuns: 80 },
  );
});

test('stored blocks are cut out, however many pieces they have', async () => {
  const content = randomBytes(300_000);
  expect((await unpack(gzipInBlocks(content, 150_000, 0))).equals(content)).toBe(true);
});

describe('what is wrong is told', () => {
  const made = gzipInBlocks(mixed, 4096);

  test('every cut', async () => {
    for (let length = 0; length < made.packed.length; length += length < 100 || length > made.packed.length - 20 ? 1 : 97) {
      const cut = { ...made, packed: made.packed.subarray(0, length) };
      await expect(unpack(cut), `cut at ${length}`).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  test('no change of bytes gives other content, or anything but a Holdfast error', async () => {
    const change = fc.record({ at: fc.nat(made.packed.length - 1), mask: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const packed = Buffer.from(made.packed);
        for (const { at, mask } of changes) packed[at] = (packed[at] ?? 0) ^ mask;
        const result = await unpack({ ...made, packed }).catch((error: unknown) => error);
        return Buffer.isBuffer(result) ? result.equals(mixed) : isHoldfastError(result, 'corrupt');
      }),
      { numRuns: 300 },
    );
  });

  const { sizes } = made.blocks;
  test.each<[string, Partial<RestartBlocks>]>([
    ['one block fewer', { sizes: sizes.slice(0, -1) }],
    ['one block more', { sizes: [...sizes, 10] }],
    ['two blocks as one', { sizes: [(sizes[0] ?? 0) + (sizes[1] ?? 0), ...sizes.slice(2)] }],
    ['a border one byte late', { sizes: [(sizes[0] ?? 0) + 1, (sizes[1] ?? 0) - 1, ...sizes.slice(2)] }],
    ['no blocks', { sizes: [] }],
    ['a block of no bytes', { sizes: [0, ...sizes] }],
    ['a negative block', { sizes: [-5, ...sizes] }],
    ['a block of half a byte', { sizes: [0.5, ...sizes] }],
    ['a block of terabytes', { sizes: [2 ** 45, ...sizes] }],
    ['too small a block size', { blockSize: 4095 }],
    ['too large a block size', { blockSize: 5000 }],
    ['an absurd block size', { blockSize: 2 ** 40 }],
    ['a block size that is no number', { blockSize: Number.NaN }],
    ['another header length', { headerLength: made.blocks.headerLength + 1 }],
  ])('an index with %s', async (_, change) => {
    await expect(unpack({ ...made, blocks: { ...made.blocks, ...change } })).rejects.toMatchObject({ code: 'corrupt' });
  });

  test.each<[string, BlockedGzip]>([
    ['a block that unpacks to more than a block', aroundBlocks([deflateRawSync(Buffer.alloc(1e6), fullFlush)], Buffer.alloc(1e6), 4096)],
    [
      'a block that ends the stream',
      aroundBlocks([deflateRawSync(text), deflateRawSync(text, fullFlush)], Buffer.concat([text, text]), text.length),
    ],
    ['something in a block behind its end', aroundBlocks([Buffer.concat([deflateRawSync(text), Buffer.alloc(50)])], text, text.length)],
    ['a block that refers to the one before', referringBack()],
    ['something behind the end', { ...made, packed: Buffer.concat([made.packed, Buffer.from('x')]) }],
    ['a second member', { ...made, packed: Buffer.concat([made.packed, made.packed]) }],
  ])('%s', async (_, bad) => {
    await expect(unpack(bad)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('what stands before the fault is had first', async () => {
    const packed = Buffer.from(made.packed);
    packed.fill(0xff, made.blocks.headerLength + (sizes[0] ?? 0), made.blocks.headerLength + (sizes[0] ?? 0) + 20);
    const unpacking = gunzipBlocks(new ByteReader(sourceOf(packed)), made.blocks);
    expect((await unpacking.next()).value).toEqual(mixed.subarray(0, 4096));
    await expect(unpacking.next()).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('an error of the source reaches the reader', async () => {
    const source = async function* () {
      yield made.packed.subarray(0, 200);
      throw new TypeError('The disk is gone.');
    };
    await expect(lateBytesOf(gunzipBlocks(new ByteReader(source()), made.blocks))).rejects.toThrow('The disk is gone.');
  });
});

test('zeros behind the end are none of it, and a missing trailer is no error where it is expected to happen', async () => {
  const made = gzipInBlocks(mixed, 4096);
  expect((await unpack({ ...made, packed: Buffer.concat([made.packed, Buffer.alloc(300_000)]) })).equals(mixed)).toBe(true);
  let cut = 0;
  const onCutEnd = () => {
    cut += 1;
  };
  expect((await unpack({ ...made, packed: made.packed.subarray(0, -8) }, 100, { onCutEnd })).equals(mixed)).toBe(true);
  expect(cut).toBe(1);
});

test('leaving early ends the source and leaves no rejection behind', async () => {
  const made = gzipInBlocks(mixed, 1000);
  const packed = Buffer.from(made.packed);
  packed.fill(0xff, made.blocks.headerLength + (made.blocks.sizes[0] ?? 0));
  let ended = false;
  const source = async function* () {
    try {
      yield packed;
    } finally {
      ended = true;
    }
  };
  for await (const block of gunzipBlocks(new ByteReader(source()), made.blocks)) if (block.length > 0) break;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).toBe(true);
});

/** Two blocks of the same bytes, the second written as a sync flush leaves it: with references into the first. */
function referringBack(): BlockedGzip {
  const noise = randomBytes(2000);
  const both = Buffer.concat([noise, noise]);
  const second = deflateRawSync(noise, { finishFlush: constants.Z_SYNC_FLUSH, dictionary: noise });
  return aroundBlocks([deflateRawSync(noise, fullFlush), second], both, noise.length);
}
