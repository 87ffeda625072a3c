import { Readable } from 'node:stream';
import { ProviderError } from '@holdfast/core/provider-api';

/** What clients give for the body of an answer. */
export type ByteStream = ReadableStream<Uint8Array> | Readable;

/** Such a body, so that it can be left at any time, also while a read waits. */
export interface ByteSource {
  /** The next bytes; undefined at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Lets go of it, and of its socket if it isn't at its end. */
  close(): void;
}

export function byteSource(stream: ByteStream): ByteSource {
  return stream instanceof Readable ? ofReadable(stream) : ofReadableStream(stream);
}

function ofReadableStream(stream: ReadableStream<Uint8Array>): ByteSource {
  const reader = stream.getReader();
  return {
    next: async () => (await reader.read()).value,
    close: () => {
      reader.cancel().catch(() => {});
    },
  };
}

function ofReadable(stream: Readable): ByteSource {
  const iterator: AsyncIterator<unknown> = stream[Symbol.asyncIterator]();
  // What fails when nobody reads any more would end the process.
  stream.on('error', () => {});
  return {
    async next() {
      const next: IteratorResult<unknown, unknown> = await iterator.next();
      if (next.done === true) return undefined;
      if (next.value instanceof Uint8Array) return next.value;
      throw new ProviderError('internal', 'A body of bytes is made of something else.');
    },
    close: () => stream.destroy(),
  };
}
