import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inflateBlock, inflateBlockSync } from './unpack-block.js';

const limit = 2_000;
const packed = (content: Uint8Array, options = {}) =>
  deflateRawSync(content, { level: 6, finishFlush: constants.Z_FULL_FLUSH, ...options });

describe.each([
  ['on the thread pool', inflateBlock],
  ['at once', async (bytes: Buffer, most: number) => inflateBlockSync(bytes, most)],
])('a block unpacked %s', (_, inflate) => {
  test('is what it was, up to the limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: limit + 50 }), async (content) => {
        const unpacked = await inflate(packed(content), limit);
        expect(unpacked).toEqual(content.length > limit ? undefined : Buffer.from(content));
      }),
    );
  });

  test('is refused if it is cut, has an end of its own, or refers to what was before it', async () => {
    const content = Buffer.from('once and once and once again'.repeat(20));
    const whole = packed(content);
    for (let length = 1; length < whole.length; length += 1)
      expect((await inflate(whole.subarray(0, length), limit))?.equals(content)).not.toBe(true);
    expect(await inflate(deflateRawSync(content), limit)).toBeUndefined();
    expect(await inflate(packed(content, { dictionary: content }), limit)).toBeUndefined();
  });
});
