import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFrameReader, encodeFrameHeader, type FrameKind } from './data-frames.js';

type Seen = { readonly stream: number; readonly kind: FrameKind; readonly content: string };

function readAll(bytes: Uint8Array, cuts: readonly number[]) {
  const seen: { stream: number; kind: FrameKind; content: string }[] = [];
  const faults: string[] = [];
  const push = createFrameReader({
    onDataStart: (stream) => void seen.push({ stream, kind: 'data', content: '' }),
    onData(_, part) {
      const last = seen.at(-1);
      if (last !== undefined) last.content += Buffer.from(part).toString('hex');
    },
    onFrame: (stream, kind, content) => void seen.push({ stream, kind, content: content.toString('hex') }),
    onFault: (reason) => void faults.push(reason),
  });
  let at = 0;
  for (const size of cuts) {
    push(bytes.subarray(at, at + size));
    at += size;
  }
  push(bytes.subarray(at));
  return { seen, faults };
}

const content = (least: number, most: number) =>
  fc.uint8Array({ minLength: least, maxLength: most }).map((bytes) => Buffer.from(bytes).toString('hex'));
const frameOf = (kind: FrameKind, least: number, most: number): fc.Arbitrary<Seen> =>
  fc.record({ stream: fc.nat(0xffff_ffff), kind: fc.constant(kind), content: content(least, most) });
const frames = fc.array(
  fc.oneof(frameOf('data', 0, 300), frameOf('end', 0, 0), frameOf('fail', 2, 50), frameOf('credit', 4, 4), frameOf('fill', 8, 90)),
);

describe('frames on the data channel', () => {
  test('come out as they went in, wherever they are cut', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 0, max: 60 })), (sent, cuts) => {
        const bytes = sent.map(({ stream, kind, content: hex }) =>
          Buffer.concat([encodeFrameHeader(stream, kind, hex.length / 2), Buffer.from(hex, 'hex')]),
        );
        expect(readAll(Buffer.concat(bytes), cuts)).toEqual({ seen: sent, faults: [] });
      }),
    );
  });

  test('whatever comes instead is a fault at most, told once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.integer({ min: 0, max: 30 })), (garbage, cuts) => {
        expect(readAll(garbage, cuts).faults.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test.each<[string, FrameKind, number]>([
    ['data of more than 512 KiB', 'data', 512 * 1024 + 1],
    ['credit that is no number', 'credit', 3],
    ['an end with content', 'end', 1],
    ['an endless error', 'fail', 0xffff_ffff],
  ])('a fault: %s', (_, kind, length) => {
    expect(readAll(encodeFrameHeader(1, kind, length), []).faults).toEqual([`sent a frame "${kind}" of ${length} bytes`]);
  });
});
