import type { BodyPiece } from '@holdfast/core/provider-api';
import { throwIfCancelled } from './cancellation.js';
import { type BodyPart, partAssembler } from './part-assembler.js';

export type { BodyPart } from './part-assembler.js';

/** A body with or without holes. */
export type Body = ReadableStream<BodyPiece> | ReadableStream<Uint8Array>;

/**
 * Cuts a body into parts of the sizes that `sizeOf` says for their numbers; only the last is smaller. They come in the order in which they
 * are complete: one with a hole when it is filled. A body that fits into the first part comes as that part alone, with `last`; an empty
 * body is one empty part.
 *
 * Each byte is copied once, into its part's memory. Beside the parts that were handed over, one is in the making, and one with an open hole
 * waits, or two where the hole lies across their border. A body that breaks the rules of `BodyPiece` is `internal`.
 *
 * Once. The body is cancelled when the signal fires and when the loop over the parts is left.
 */
export function partsOf(body: Body, sizeOf: (number: number) => number, signal: AbortSignal): AsyncIterable<BodyPart> {
  const source: ReadableStream<BodyPiece | Uint8Array> = body;
  const reader = source.getReader();
  const stop = { wanted: false };
  const cancel = () => {
    // Also ends a read that waits for a source which gives nothing.
    reader.cancel(signal.reason).catch(() => {});
  };
  const parts = readParts(reader, sizeOf, signal, stop, cancel);
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => parts.next(),
      return() {
        stop.wanted = true;
        cancel();
        return parts.return(undefined);
      },
    }),
  };
}

async function* readParts(
  reader: ReadableStreamDefaultReader<BodyPiece | Uint8Array>,
  sizeOf: (number: number) => number,
  signal: AbortSignal,
  stop: { readonly wanted: boolean },
  cancel: () => void,
): AsyncGenerator<BodyPart, undefined, undefined> {
  signal.addEventListener('abort', cancel);
  try {
    throwIfCancelled(signal);
    const assembler = partAssembler(sizeOf);
    for (;;) {
      const { done, value } = await reader.read();
      throwIfCancelled(signal);
      if (stop.wanted) return undefined;
      if (done) break;
      yield* assembler.add(value instanceof Uint8Array ? { type: 'data', bytes: value } : value);
    }
    yield assembler.finish();
    return undefined;
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}
