import { randomBytes } from 'node:crypto';
import { constants, gunzipSync, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bytesOf, sourceOf } from '../home-assistant.fixture.js';
import { gzip, gzipBlockSize } from './gzip.js';
import { isIncompressible } from './incompressible.js';
import type { RestartBlocks } from './restart-blocks.js';

const text = Buffer.from('All that is gold does not glitter. '.repeat(60_000));
const noise = randomBytes(900_000);

async function pack(content: Buffer, level = 3): Promise<{ packed: Buffer; blocks: RestartBlocks }> {
  let blocks: RestartBlocks | undefined;
  const packed = await bytesOf(
    gzip(sourceOf(content, 100_000), {
      level,
      onBlocks: (found) => {
        blocks = found;
      },
    }),
  );
  if (blocks === undefined) throw new Error('The blocks were not told.');
  return { packed, blocks };
}

describe.each([
  ['text', text],
  ['noise', noise],
  ['noise between texts', Buffer.concat([text, noise, text])],
  ['nothing', Buffer.alloc(0)],
  ['exactly one block', text.subarray(0, gzipBlockSize)],
])('%s', (_, content) => {
  test.each([0, 1, 3, 6, 9])('can be entered at each block, at level %i', async (level) => {
    const { packed, blocks } = await pack(content, level);
    expect(blocks.blockSize).toBe(gzipBlockSize);
    expect(blocks.sizes).toHaveLength(Math.ceil(content.length / gzipBlockSize));
    let at = blocks.headerLength;
    for (const [number, size] of blocks.sizes.entries()) {
      const alone = inflateRawSync(packed.subarray(at, at + size), { finishFlush: constants.Z_SYNC_FLUSH });
      expect(alone.equals(content.subarray(number * gzipBlockSize, (number + 1) * gzipBlockSize)), `block ${number}`).toBe(true);
      at += size;
    }
    expect(packed.subarray(at, at + 2).toString('hex')).toBe('0300');
    expect(packed).toHaveLength(at + 2 + 8);
    expect(gunzipSync(packed).equals(content)).toBe(true);
  });
});

test('what would not shrink is stored, at a cost of five bytes for each 64 KiB', async () => {
  const { packed } = await pack(noise, 9);
  expect(packed.length - noise.length).toBeLessThan(100);
});

test.each([
  ['random bytes', noise, true],
  ['text', text, false],
  ['random bytes in hexadecimal', Buffer.from(noise.toString('hex')), false],
  ['too little to tell', noise.subarray(0, 16_000), false],
])('%s', (_, content, expected) => {
  expect(isIncompressible(content)).toBe(expected);
});

test('memory is used again where each chunk is read before the next is asked for', async () => {
  const parts: Buffer[] = [];
  const memories = new Set<ArrayBufferLike>();
  const content = Buffer.concat([noise, noise, noise, noise, noise, noise]);
  for await (const chunk of gzip(sourceOf(content, 100_000), { level: 1, transient: true })) {
    memories.add(chunk.buffer);
    parts.push(Buffer.from(chunk));
  }
  expect(gunzipSync(Buffer.concat(parts)).equals(content)).toBe(true);
  expect(memories.size).toBeLessThan(parts.length);
});

test('whoever stops reading early leaves nothing behind', async () => {
  const stream = gzip(sourceOf(text, 100_000), { level: 9 });
  await stream.next();
  await stream.next();
  await stream.return();
  expect(await stream.next()).toMatchObject({ done: true });
});

test('a failing source fails for the reader', async () => {
  async function* failing() {
    yield text;
    throw new Error('The disk is gone.');
  }
  await expect(bytesOf(gzip(failing(), { level: 3 }))).rejects.toThrow('The disk is gone.');
});
