import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { compileCodec, slotContent } from '../../../deflate/codec.js';
import { type DeflatedBlock, DeflateThread } from './deflate-thread.js';
import { deflateThreads } from './deflate-threads.js';
import { deflateEnd } from './restart-blocks.js';

const text = Buffer.from('All that is gold does not glitter. '.repeat(16_000)).subarray(0, slotContent);
const codec = compileCodec(readFileSync(new URL('../../../deflate/blocks.wasm', import.meta.url)));
const thread = new DeflateThread(codec, 2);
afterAll(() => thread.end());

/** Once it is ready. */
async function pack(block: Uint8Array, level: number, by: Pick<DeflateThread, 'pack'> = thread): Promise<Buffer | 'stored' | undefined> {
  for (;;) {
    const packed = await by.pack(block, level);
    if (packed !== undefined) return taken(packed);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function taken(packed: DeflatedBlock | 'stored'): Buffer | 'stored' {
  if (packed === 'stored') return packed;
  const bytes = Buffer.from(packed.bytes);
  packed.release();
  return bytes;
}

function unpack(packed: Buffer | 'stored' | undefined): Buffer {
  if (!Buffer.isBuffer(packed)) throw new Error(`It is ${packed}.`);
  return inflateRawSync(Buffer.concat([packed, deflateEnd]));
}

test('what is packed comes back, at every level, and ends as a full flush does', async () => {
  const words = fc.array(fc.constantFrom('state', 'entity', 'climate', '\n', '0', 'é'), { minLength: 500, maxLength: 20_000 });
  await fc.assert(
    fc.asyncProperty(words, fc.integer({ min: 1, max: 9 }), async (content, level) => {
      const block = Buffer.from(content.join(' '));
      const packed = await pack(block, level);
      expect(unpack(packed).equals(block)).toBe(true);
      expect(Buffer.isBuffer(packed) && packed.toString('hex').endsWith('0000ffff')).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('blocks can be put one behind the other', async () => {
  const blocks = [text, text.subarray(0, 100_000), text.subarray(5)];
  const packed = await Promise.all(blocks.map((block) => pack(block, 1)));
  const parts = packed.filter((one) => Buffer.isBuffer(one));
  expect(unpack(Buffer.concat(parts)).equals(Buffer.concat(blocks))).toBe(true);
});

test.each([
  ['noise', randomBytes(100_000)],
  ['next to nothing', Buffer.from('a')],
])('%s is to be stored', async (_, block) => {
  expect(await pack(block, 6)).toBe('stored');
});

test('the place of a block is used again when it was read, not before', async () => {
  const other = new DeflateThread(codec, 2);
  await pack(text, 1, other);
  const packed = await other.pack(text, 1);
  expect(other.room).toBe(1);
  if (typeof packed === 'object') packed.release();
  expect(other.room).toBe(2);
  other.end();
});

test('a thread takes so many blocks at once, none that is too large, and one that is lost keeps nobody waiting', async () => {
  const other = new DeflateThread(codec, 2);
  await pack(text, 1, other);
  expect(other.pack(Buffer.alloc(slotContent + 1), 1)).toBeUndefined();
  const underWay = [other.pack(text, 9), other.pack(text, 9)];
  expect(other.pack(text, 9)).toBeUndefined();
  other.end();
  for (const packing of underWay) {
    const packed = await packing;
    expect(packed === undefined || unpack(taken(packed)).equals(text)).toBe(true);
  }
  expect(other.room).toBe(0);
});

test('threads are there a moment after they are started', async () => {
  expect(await deflateThreads.pack(text, 1)).toBeUndefined();
  deflateThreads.start(1);
  expect(unpack(await pack(text, 1, deflateThreads)).equals(text)).toBe(true);
});
