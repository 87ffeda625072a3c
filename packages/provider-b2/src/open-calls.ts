import { setMaxListeners } from 'node:events';
import { ProviderError } from '@holdfast/core/provider-api';
import { throwIfCancelled } from '@holdfast/object-storage';

/** The calls of a location that are under way: each ends when its own signal fires and when the location is closed. */
export interface OpenCalls {
  run<T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** As `run`, for a call that is over when its stream is. */
  stream(signal: AbortSignal, call: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>): Promise<ReadableStream<Uint8Array>>;
  iterate<T>(signal: AbortSignal, call: (signal: AbortSignal) => AsyncIterable<T>): AsyncIterable<T>;
  /** Ends all calls, and waits for them; there are no further ones. */
  close(): Promise<void>;
}

export function openCalls(unwanted: AbortSignal): OpenCalls {
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  // Any number of calls may be under way.
  setMaxListeners(0, closing.signal, unwanted);

  function begin(signal: AbortSignal) {
    if (closing.signal.aborted) throw new ProviderError('cancelled', 'The location is closed.');
    throwIfCancelled(signal);
    throwIfCancelled(unwanted);
    const controller = new AbortController();
    const sources = [signal, closing.signal, unwanted];
    const stop = (event: Event) => controller.abort(event.target instanceof AbortSignal ? event.target.reason : undefined);
    for (const source of sources) source.addEventListener('abort', stop);
    const end = () => {
      for (const source of sources) source.removeEventListener('abort', stop);
    };
    return { signal: controller.signal, end };
  }

  async function track<T>(call: Promise<T>): Promise<T> {
    running.add(call);
    try {
      return await call;
    } finally {
      running.delete(call);
    }
  }

  return {
    async run(given, call) {
      const { signal, end } = begin(given);
      try {
        return await track(call(signal));
      } catch (error) {
        throwIfCancelled(signal);
        throw error;
      } finally {
        end();
      }
    },
    async stream(given, call) {
      const { signal, end } = begin(given);
      try {
        return endingWith(await track(call(signal)), end);
      } catch (error) {
        end();
        throwIfCancelled(signal);
        throw error;
      }
    },
    async *iterate(given, call) {
      const { signal, end } = begin(given);
      try {
        yield* call(signal);
      } catch (error) {
        throwIfCancelled(signal);
        throw error;
      } finally {
        end();
      }
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}

/** The same stream; `end` is called when it is over. */
function endingWith(stream: ReadableStream<Uint8Array>, end: () => void): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  reader.closed.then(end, end);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        end();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
