import type { BodyPiece } from '@holdfast/core/provider-api';
import fc from 'fast-check';

/** A stream of the items; an error among them is what the stream fails with. `state` tells what was asked of it. */
export function streamOf<T>(items: Iterable<T | Error>) {
  const left = items[Symbol.iterator]();
  const state = { pulled: 0, cancelled: false };
  const body = new ReadableStream<T>(
    {
      pull(controller) {
        state.pulled += 1;
        const next = left.next();
        if (next.done === true) controller.close();
        else if (next.value instanceof Error) controller.error(next.value);
        else controller.enqueue(next.value);
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, state };
}

/** A body that gives its items and then nothing, for ever. */
export function stalledBody(items: readonly BodyPiece[]) {
  const left = items.values();
  const state = { cancelled: false };
  const body = new ReadableStream<BodyPiece>({
    pull(controller) {
      const next = left.next();
      if (next.done === true) return new Promise<void>(() => {});
      controller.enqueue(next.value);
      return undefined;
    },
    cancel() {
      state.cancelled = true;
    },
  });
  return { body, state };
}

/** Bytes that tell where they are: no two places of a body look alike. */
export function bytesAt(offset: number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => ((offset + index) * 2_654_435_761) >>> 24));
}

/** The pieces of a body of `size` bytes, with holes which are filled some pieces later or never overlap another. */
export interface PiecesOfBody {
  readonly pieces: readonly BodyPiece[];
  readonly content: Buffer;
}

export const piecesOfBody: fc.Arbitrary<PiecesOfBody> = fc
  .array(
    fc.record({ length: fc.integer({ min: 0, max: 90 }), filledAfter: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }) }),
    {
      maxLength: 14,
    },
  )
  .map((runs) => {
    const pieces: BodyPiece[] = [];
    let open: { readonly fill: BodyPiece; readonly due: number } | undefined;
    let offset = 0;
    for (const [index, { length, filledAfter }] of runs.entries()) {
      if (open !== undefined && open.due <= index) {
        pieces.push(open.fill);
        open = undefined;
      }
      const bytes = bytesAt(offset, length);
      if (filledAfter === undefined || open !== undefined) pieces.push({ type: 'data', bytes });
      else {
        pieces.push({ type: 'hole', length });
        open = { fill: { type: 'fill', offset, bytes }, due: index + 1 + filledAfter };
      }
      offset += length;
    }
    if (open !== undefined) pieces.push(open.fill);
    return { pieces, content: bytesAt(0, offset) };
  });
