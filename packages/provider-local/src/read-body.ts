import { throwIfCancelled } from './cancellation.js';

/** What a stream yields, until it ends or the signal fires. The stream is cancelled if it isn't read to its end. */
export async function* readBody<T>(body: ReadableStream<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  const reader = body.getReader();
  // Cancelling also ends a read that waits for a source which gives nothing.
  const stop = () => {
    reader.cancel(signal.reason).catch(() => {});
  };
  signal.addEventListener('abort', stop);
  try {
    throwIfCancelled(signal);
    for (;;) {
      const { done, value } = await reader.read();
      throwIfCancelled(signal);
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** The same for a body whose bytes are all known when their turn comes. */
export async function* readPlainBody(body: ReadableStream<Uint8Array>, signal: AbortSignal) {
  for await (const bytes of readBody(body, signal)) yield { type: 'data' as const, bytes };
}
