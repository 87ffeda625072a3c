import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceOf } from '../../archive/home-assistant.fixture.js';
import type { ByteSource } from '../../base/byte-reader.js';
import { lateBytesOf } from '../../base/reused-chunks.fixture.js';
import { type ByteFault, checkedBytes } from './checked-bytes.js';
import { checkedRange } from './checked-range.js';
import { leafBytes, leavesOf, packLeaves, unpackLeaves } from './leaves.js';
import { leavesIn, rangesOf } from './sealed-backup.fixture.js';

class Fault extends Error {
  constructor(readonly fault: ByteFault) {
    super(JSON.stringify(fault));
  }
}

const explain = (fault: ByteFault) => new Fault(fault);
const original = Buffer.from(Array.from({ length: 2 * leafBytes + 12_345 }, (_, at) => (at * 31 + (at >> 8)) & 255));
const leaves = leavesOf(Buffer.concat(leavesIn(original)), original.length);

/** What is passed on of these bytes, and what is found wrong with them. */
async function passed(bytes: Buffer, chunk: number): Promise<{ got: Buffer; fault: ByteFault | undefined }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of checkedBytes(sourceOf(bytes, chunk), leaves, explain)) parts.push(part);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { got: Buffer.concat(parts), fault: error.fault };
  }
  return { got: Buffer.concat(parts), fault: undefined };
}

const chunks = fc.constantFrom(4_097, 65_536, leafBytes, leafBytes + 1, 5 * leafBytes);

describe('checked bytes', () => {
  test('are passed on as they are, in chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, async (chunk) => {
        const { got, fault } = await passed(original, chunk);
        expect(fault).toBeUndefined();
        expect(got.equals(original)).toBe(true);
      }),
      { numRuns: 5 },
    );
  });

  test('end before the leaf in which a bit was changed: nothing of it is passed on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), fc.nat(7), chunks, async (at, bit, chunk) => {
        const changed = Buffer.from(original);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        const { got, fault } = await passed(changed, chunk);
        const from = Math.floor(at / leafBytes) * leafBytes;
        expect(fault).toEqual({ kind: 'changed', from, to: Math.min(from + leafBytes, original.length) });
        expect(got.length).toBe(from);
      }),
      { numRuns: 30 },
    );
  });

  test('that are cut short or longer are told, with the place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), chunks, async (length, chunk) => {
        const { got, fault } = await passed(original.subarray(0, length), chunk);
        expect(fault).toEqual({ kind: 'cut', at: length });
        expect(got.length).toBe(Math.floor(length / leafBytes) * leafBytes);
      }),
      { numRuns: 20 },
    );
    expect((await passed(Buffer.concat([original, Buffer.alloc(1)]), 65_536)).fault).toEqual({ kind: 'longer' });
  });

  test('are passed on as they are in memory that is used again', async () => {
    const buffers = new Set<ArrayBufferLike>();
    async function* noted(source: ByteSource) {
      for await (const part of source) {
        buffers.add(part.buffer);
        yield part;
      }
    }
    const long = Buffer.concat([original, original, original, original]);
    const all = leavesOf(Buffer.concat(leavesIn(long)), long.length);
    const got = await lateBytesOf(noted(checkedBytes(sourceOf(long, 65_536), all, explain, true)));
    expect(got.equals(long)).toBe(true);
    expect(buffers.size).toBeLessThan(all.count);
  });
});

describe('checked ranges', () => {
  test('give any range, fetch whole leaves in one read, and no leaf twice that was just read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(original.length + 10), fc.nat(2 * leafBytes)), { minLength: 1, maxLength: 5 }),
        async (wanted) => {
          const reads: [number, number][] = [];
          const read = checkedRange(
            rangesOf(original, (offset, length) => reads.push([offset, length])),
            leaves,
            explain,
          );
          for (const [offset, length] of wanted) {
            const before = reads.length;
            const got = await read(offset, length);
            expect(got.equals(original.subarray(offset, offset + length))).toBe(true);
            expect(reads.length - before).toBeLessThanOrEqual(1);
          }
          const fetched = reads.reduce((sum, [, length]) => sum + length, 0);
          expect(reads.every(([offset]) => offset % leafBytes === 0)).toBe(true);
          expect(fetched).toBeLessThanOrEqual(original.length + leafBytes);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('give nothing of a leaf that was changed, and everything of the others', async () => {
    const changed = Buffer.from(original);
    changed[leafBytes + 5] = (changed[leafBytes + 5] ?? 0) ^ 1;
    const read = checkedRange(rangesOf(changed), leaves, explain);
    expect((await read(100, 50)).equals(original.subarray(100, 150))).toBe(true);
    await expect(read(leafBytes - 10, 20)).rejects.toMatchObject({ fault: { kind: 'changed', from: leafBytes, to: 2 * leafBytes } });
    await expect(checkedRange(rangesOf(original.subarray(0, 50)), leaves, explain)(0, 10)).rejects.toMatchObject({
      fault: { kind: 'cut', at: 50 },
    });
  });
});

test('leaves that are not what their root or the size says are refused', () => {
  const packed = packLeaves(leavesIn(original));
  const sidecar = (change: object, size = original.length) =>
    ({ id: '01234567', file: { size }, seal: { ...packed, ...change } }) as unknown as Parameters<typeof unpackLeaves>[0];
  expect(unpackLeaves(sidecar({}))?.count).toBe(3);
  expect(() => unpackLeaves(sidecar({}, leafBytes))).toThrow(expect.objectContaining({ code: 'seal-invalid' }));
  const other = packLeaves(leavesIn(Buffer.alloc(original.length)));
  expect(() => unpackLeaves(sidecar({ leaves: other.leaves }))).toThrow(expect.objectContaining({ code: 'seal-invalid' }));
});
