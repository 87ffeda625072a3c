import type { Transform } from 'node:stream';
import { once } from 'node:events';
import type { ByteSource } from './byte-reader.js';

/**
 * Sends a byte source through a Node transform, with back-pressure on both sides. An error of the source or of
 * the transform is thrown to the reader; leaving early destroys the transform and ends the source.
 */
export async function* throughTransform(source: ByteSource, transform: Transform): AsyncGenerator<Buffer, void, undefined> {
  const stop = new AbortController();
  const feeding = feed(source, transform, stop.signal).catch((error: unknown) => {
    transform.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of transform) yield chunk as Buffer;
  } finally {
    stop.abort();
    transform.destroy();
    await feeding;
  }
}

async function feed(source: ByteSource, transform: Transform, stop: AbortSignal): Promise<void> {
  for await (const chunk of source) {
    if (transform.destroyed || transform.writableEnded) return;
    if (!transform.write(chunk)) {
      try {
        await once(transform, 'drain', { signal: stop });
      } catch (error) {
        if (stop.aborted) return;
        throw error;
      }
    }
  }
  transform.end();
}
