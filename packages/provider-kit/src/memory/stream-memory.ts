import { ProviderError } from '@holdfast/core/provider-api';

/** Streams the chunks' bytes from `start` to before `end`, as they are read. */
export function streamMemory(chunks: readonly Buffer[], start: number, end: number, signal: AbortSignal): ReadableStream<Uint8Array> {
  const parts = partsOf(chunks, start, end);
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (signal.aborted) return controller.error(new ProviderError('cancelled', 'The call was cancelled.'));
        const { done, value } = parts.next();
        if (done === true) controller.close();
        else controller.enqueue(new Uint8Array(value));
      },
    },
    { highWaterMark: 0 },
  );
}

function* partsOf(chunks: readonly Buffer[], start: number, end: number): Generator<Buffer, void, undefined> {
  let position = 0;
  for (const chunk of chunks) {
    const from = Math.max(start - position, 0);
    const to = Math.min(end - position, chunk.length);
    if (from < to) yield chunk.subarray(from, to);
    position += chunk.length;
  }
}
