import type { BodyPiece } from '@holdfast/core/provider-api';
import fc from 'fast-check';

export function bodyOf(text: string): ReadableStream<Uint8Array> {
  return streamOf(text === '' ? [] : [Buffer.from(text)]);
}

/** A stream of the items; an error among them is what the stream fails with. */
export function streamOf<T>(items: readonly (T | Error)[]): ReadableStream<T> {
  const left = items.values();
  return new ReadableStream<T>({
    pull(controller) {
      const { done, value } = left.next();
      if (done === true) controller.close();
      else if (value instanceof Error) controller.error(value);
      else controller.enqueue(value);
    },
  });
}

/** A body that gives some bytes and then nothing until `end` is called. */
export function stalledBody(bytes: Uint8Array) {
  let reached = () => {};
  let close = () => {};
  const state = { cancelled: false, waiting: new Promise<void>((resolve) => (reached = resolve)), end: () => close() };
  let given = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (!given) controller.enqueue(bytes);
        else {
          close = () => controller.close();
          reached();
          return new Promise<void>(() => {});
        }
        given = true;
        return undefined;
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, state };
}

export function data(text: string): BodyPiece {
  return { type: 'data', bytes: Buffer.from(text) };
}

export type PartOfBody = { readonly bytes: Uint8Array; readonly filledAfter: number | undefined };

/** Bytes that come in their turn, or a hole that is filled some parts later. */
export const partOfBody: fc.Arbitrary<PartOfBody> = fc.record({
  bytes: fc
    .tuple(fc.oneof(fc.constantFrom(1, 511, 65_536, 262_143, 262_144, 300_000), fc.integer({ min: 1, max: 2_000 })), fc.nat(255))
    .map(([length, seed]) => Buffer.alloc(length, Buffer.of(seed, 255 - seed, 7))),
  filledAfter: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
});

export function toPieces(parts: readonly PartOfBody[]): { pieces: BodyPiece[]; content: Buffer } {
  const pieces: BodyPiece[] = [];
  let open: { offset: number; bytes: Uint8Array; due: number } | undefined;
  let position = 0;
  const fill = () => {
    if (open !== undefined) pieces.push({ type: 'fill', offset: open.offset, bytes: open.bytes });
    open = undefined;
  };
  for (const [index, { bytes, filledAfter }] of parts.entries()) {
    if (open !== undefined && index >= open.due) fill();
    if (filledAfter !== undefined && bytes.length <= 65_536 && open === undefined) {
      pieces.push({ type: 'hole', length: bytes.length });
      open = { offset: position, bytes, due: index + 1 + filledAfter };
    } else {
      pieces.push({ type: 'data', bytes });
    }
    position += bytes.length;
  }
  fill();
  return { pieces, content: Buffer.concat(parts.map(({ bytes }) => bytes)) };
}
