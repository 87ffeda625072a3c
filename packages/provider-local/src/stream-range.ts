import type { FileHandle } from 'node:fs/promises';
import { ProviderError } from '@holdfast/core/provider-api';
import { cancelled } from './cancellation.js';
import { fsError } from './fs-error.js';

/** What the host checks at a time, so nothing has to be put together: a backup is read in pieces of just that. */
const chunkSize = 1024 * 1024;

export interface FileRange {
  readonly start: number;
  /** The first byte that is not wanted. */
  readonly end: number;
  /** How an error's sentence starts. */
  readonly doing: string;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Streams a part of an open file and closes it: at the end, on an error, when the reader cancels, when the signal fires. */
export function streamRange(file: FileHandle, range: FileRange): ReadableStream<Uint8Array> {
  const { end, signal } = range;
  let position = range.start;
  let open = true;
  let onAbort = () => {};

  async function close(): Promise<void> {
    if (!open) return;
    open = false;
    signal.removeEventListener('abort', onAbort);
    await file.close();
  }

  async function next(): Promise<Uint8Array> {
    const chunk = Buffer.allocUnsafe(Math.min(chunkSize, end - position));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) throw new ProviderError('corrupt', `${range.doing} failed: the file became shorter meanwhile.`);
    position += bytesRead;
    return chunk.subarray(0, bytesRead);
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        onAbort = () => {
          controller.error(cancelled(signal));
          void close().catch(() => {});
        };
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort);
      },
      async pull(controller) {
        try {
          const chunk = position < end ? await next() : undefined;
          if (!open) return;
          if (chunk !== undefined) controller.enqueue(chunk);
          if (position < end) return;
          await close();
          controller.close();
        } catch (error) {
          if (!open) return;
          await close().catch(() => {});
          throw fsError(error, range.doing, range.folder);
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
