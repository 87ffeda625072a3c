import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from './byte-reader.js';
import { wipedLater } from './reused-chunks.fixture.js';

const script = fc.array(fc.tuple(fc.constantFrom('upTo', 'fill', 'some', 'peek', 'skip'), fc.integer({ min: 0, max: 12 })), {
  maxLength: 20,
});

describe('ByteReader', () => {
  test('gives the same bytes whatever the chunks and the mixture of calls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 8 }), script, async (parts, calls) => {
        const all = Buffer.concat(parts);
        const reader = new ByteReader(wipedLater(parts));
        let at = 0;
        for (const [call, length] of calls) {
          const expected = all.subarray(at, at + length);
          if (call === 'peek') expect(await reader.peek(length)).toEqual(expected);
          else if (call === 'skip') at += await reader.skip(length);
          else if (call === 'upTo') {
            expect(await reader.upTo(length)).toEqual(expected);
            at += expected.length;
          } else if (call === 'fill') {
            const room = Buffer.alloc(length);
            const count = await reader.fill(room);
            expect(room.subarray(0, count)).toEqual(expected);
            at += count;
          } else if (length > 0) {
            const some = await reader.some(length);
            expect(some === undefined).toBe(at === all.length);
            expect(Buffer.from(some ?? [])).toEqual(all.subarray(at, at + (some?.length ?? 0)));
            at += some?.length ?? 0;
          }
          expect(reader.offset).toBe(at);
        }
      }),
    );
  });
});
