import type { Location } from '../provider-api/index.js';

/** The whole of a small object. `undefined` if it is larger than `limit` bytes. */
export async function readSmallObject(location: Location, key: string, limit: number, signal: AbortSignal): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of chunksOf(await location.get(key, { length: limit + 1, signal }))) {
    parts.push(part);
    size += part.length;
  }
  return size > limit ? undefined : Buffer.concat(parts);
}

export async function putSmallObject(location: Location, key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  await location.put(key, new Blob([new Uint8Array(bytes)]).stream(), { size: bytes.length, signal });
}

/** A range of an object; shorter only if the object ends before. */
export async function readRange(location: Location, key: string, offset: number, length: number, signal: AbortSignal): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of chunksOf(await location.get(key, { offset, length, signal }))) parts.push(part);
  return Buffer.concat(parts);
}

/** A stream's chunks. Its own iterator gives the stream back at the end, for which Node makes an error, and for that a JavaScript context: a millisecond. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const next = await reader.read();
      ended = next.done;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    if (!ended) await reader.cancel();
  }
}
