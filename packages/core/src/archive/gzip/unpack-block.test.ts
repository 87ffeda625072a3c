import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../base/byte-reader.js';
import { sourceOf } from '../home-assistant.fixture.js';
import { BlockInflater } from './unpack-block.js';

const limit = 2_000;
const packed = (content: Uint8Array, options = {}) =>
  deflateRawSync(content, { level: 6, finishFlush: constants.Z_FULL_FLUSH, ...options });

describe.each([
  ['on the thread pool', 'inflate'],
  ['at once', 'inflateSync'],
] as const)('a block unpacked %s', (_, how) => {
  const inflater = new BlockInflater(limit);
  const inflate = async (bytes: Buffer) => inflater[how](await inflater.read(new ByteReader(sourceOf(bytes, 100)), bytes.length));

  test('is what it was, up to the limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: limit + 50 }), async (content) => {
        const unpacked = await inflate(packed(content));
        expect(unpacked).toEqual(content.length > limit ? undefined : Buffer.from(content));
      }),
    );
  });

  test('stays as it is while others are unpacked', async () => {
    const contents = Array.from({ length: 8 }, (_, index) => Buffer.alloc(limit - index, `block ${index} `));
    const packs = contents.map((content) => packed(content));
    for (let round = 0; round < 3; round += 1) expect(await Promise.all(packs.map(inflate))).toEqual(contents);
  });

  test('is refused if it is cut, has an end of its own, or refers to what was before it', async () => {
    const content = Buffer.from('once and once and once again'.repeat(20));
    const whole = packed(content);
    for (let length = 1; length < whole.length; length += 1)
      expect((await inflate(whole.subarray(0, length)))?.equals(content)).not.toBe(true);
    expect(await inflate(deflateRawSync(content))).toBeUndefined();
    expect(await inflate(packed(content, { dictionary: content }))).toBeUndefined();
  });
});
