import type { BodyPiece } from '@holdfast/core/provider-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesAt, piecesOfBody, stalledBody, streamOf } from './bodies.fixture.js';
import { firstOf } from './first-of.js';
import { type BodyPart, partsOf } from './parts-of.js';

const { signal } = new AbortController();
const sizes = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 6 });
const scheduled = (given: readonly number[]) => (number: number) => given[Math.min(number, given.length) - 1] ?? 1;

async function collect(parts: AsyncIterable<BodyPart>): Promise<BodyPart[]> {
  const collected: BodyPart[] = [];
  for await (const part of parts) collected.push(part);
  return collected;
}

const joined = (parts: readonly BodyPart[]) => Buffer.concat(parts.toSorted((a, b) => a.number - b.number).map(({ bytes }) => bytes));

describe('parts of a body', () => {
  test('are its bytes, in parts of the sizes that were asked for', async () => {
    await fc.assert(
      fc.asyncProperty(piecesOfBody, sizes, async ({ pieces, content }, given) => {
        const sizeOf = scheduled(given);
        const parts = await collect(partsOf(streamOf(pieces).body, sizeOf, signal));
        expect(joined(parts).equals(content)).toBe(true);
        let offset = 0;
        for (const [index, part] of parts.toSorted((a, b) => a.number - b.number).entries()) {
          const last = index === parts.length - 1;
          expect(part).toMatchObject({ number: index + 1, offset, last });
          if (!last) expect(part.bytes.length).toBe(sizeOf(part.number));
          else if (index > 0) expect(part.bytes.length).toBeGreaterThan(0);
          offset += part.bytes.length;
        }
        expect(parts.at(-1)?.last).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test('are the same when their memory is used again as soon as they were read', async () => {
    await fc.assert(
      fc.asyncProperty(piecesOfBody, sizes, async ({ pieces, content }, given) => {
        const stored = Buffer.alloc(content.length);
        for await (const part of partsOf(streamOf(pieces).body, scheduled(given), signal)) {
          stored.set(part.bytes, part.offset);
          part.bytes.fill(0xee);
          part.release?.();
          part.release?.();
        }
        expect(stored.equals(content)).toBe(true);
      }),
    );
  });

  test('come as soon as they are complete: one waits for its hole, or two with the hole across their border', async () => {
    await fc.assert(
      fc.asyncProperty(piecesOfBody, sizes, async ({ pieces, content }, given) => {
        let offset = 0;
        let hole: { start: number; end: number } | undefined;
        function* watched(): Iterable<BodyPiece> {
          for (const piece of pieces) {
            yield piece;
            if (piece.type === 'hole') hole = { start: offset, end: offset + piece.length };
            if (piece.type === 'fill') hole = undefined;
            else offset += piece.type === 'data' ? piece.bytes.length : piece.length;
          }
        }
        const missing = new Set<number>();
        let seen = 0;
        for await (const part of partsOf(streamOf(watched()).body, scheduled(given), signal)) {
          for (let number = seen + 1; number < part.number; number += 1) missing.add(number);
          missing.delete(part.number);
          seen = Math.max(seen, part.number);
          expect(missing.size).toBeLessThanOrEqual(hole === undefined ? 2 : partsAcross(hole, scheduled(given)));
        }
        expect(missing.size).toBe(0);
        expect(offset).toBe(content.length);
      }),
    );
  });

  test('of plain bytes are cut from chunks of any size', async () => {
    const chunks = [bytesAt(0, 10), bytesAt(10, 1), Buffer.alloc(0), bytesAt(11, 89)];
    const parts = await collect(partsOf(streamOf(chunks).body, () => 25, signal));
    expect(parts.map(({ number, offset, last }) => [number, offset, last])).toEqual([
      [1, 0, false],
      [2, 25, false],
      [3, 50, false],
      [4, 75, true],
    ]);
    expect(joined(parts).equals(bytesAt(0, 100))).toBe(true);
  });

  test('of nothing are one empty part', async () => {
    expect(await collect(partsOf(streamOf([]).body, () => 25, signal))).toMatchObject([{ number: 1, bytes: Buffer.alloc(0), last: true }]);
  });

  test.each<[string, BodyPiece[]]>([
    ['ends with an open hole', [{ type: 'hole', length: 4 }]],
    [
      'opens a second hole',
      [
        { type: 'hole', length: 4 },
        { type: 'hole', length: 4 },
      ],
    ],
    ['opens a hole of more than 64 KiB', [{ type: 'hole', length: 65_537 }]],
    ['fills where no hole is', [{ type: 'fill', offset: 0, bytes: Buffer.from('x') }]],
    [
      'fills half a hole',
      [
        { type: 'hole', length: 4 },
        { type: 'fill', offset: 0, bytes: Buffer.from('xy') },
      ],
    ],
    [
      'fills beside the hole',
      [
        { type: 'hole', length: 1 },
        { type: 'fill', offset: 1, bytes: Buffer.from('x') },
      ],
    ],
  ])('are refused of a body that %s, which is cancelled', async (_, pieces) => {
    const more: BodyPiece = { type: 'data', bytes: Buffer.from('more than one part') };
    const { body, state } = streamOf<BodyPiece>([...pieces, more]);
    await expect(collect(partsOf(body, () => 3, signal))).rejects.toMatchObject({ code: 'internal' });
    expect(state.cancelled).toBe(state.pulled <= pieces.length + 1);
  });

  test('end with the error of their body, as it is', async () => {
    const error = new Error('the source failed');
    await expect(collect(partsOf(streamOf([Buffer.alloc(9), error]).body, () => 3, signal))).rejects.toBe(error);
  });

  test('end at once when the signal fires, even where the body gives nothing', async () => {
    const stop = new AbortController();
    const { body, state } = stalledBody([{ type: 'data', bytes: Buffer.from('abc') }]);
    const collecting = collect(partsOf(body, () => 2, stop.signal));
    setTimeout(() => stop.abort(), 10);
    await expect(collecting).rejects.toMatchObject({ code: 'cancelled' });
    expect(state.cancelled).toBe(true);
  });

  test('that are left cancel their body, also while the next one is awaited', async () => {
    const { body, state } = stalledBody([{ type: 'data', bytes: Buffer.from('abc') }]);
    const iterator = partsOf(body, () => 2, signal)[Symbol.asyncIterator]();
    await iterator.next();
    const waiting = iterator.next();
    await iterator.return?.();
    expect(await waiting).toMatchObject({ done: true });
    expect(state.cancelled).toBe(true);
  });
});

describe('the first part', () => {
  test('tells whether it is the only one, and comes again with the others', async () => {
    await using one = await firstOf(partsOf(streamOf([Buffer.from('ab')]).body, () => 2, signal));
    expect(one.first).toMatchObject({ last: true, bytes: Buffer.from('ab') });
    await using several = await firstOf(partsOf(streamOf([Buffer.from('abc')]).body, () => 2, signal));
    expect(several.first.last).toBe(false);
    expect((await collect(several.parts)).map(({ bytes }) => bytes.toString())).toEqual(['ab', 'c']);
  });

  test('alone cancels the body when it is disposed of', async () => {
    const { body, state } = streamOf(Array<Buffer>(9).fill(Buffer.from('abc')));
    const { first, [Symbol.asyncDispose]: close } = await firstOf(partsOf(body, () => 2, signal));
    expect(first.last).toBe(false);
    await close();
    expect(state.cancelled).toBe(true);
    expect(state.pulled).toBe(1);
  });
});

/** How many parts a hole touches. */
function partsAcross(hole: { start: number; end: number }, sizeOf: (number: number) => number): number {
  let [count, start] = [0, 0];
  for (let number = 1; start < hole.end; number += 1) {
    const end = start + sizeOf(number);
    if (end > hole.start) count += 1;
    start = end;
  }
  return count;
}
