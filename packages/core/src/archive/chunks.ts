import type { ByteReader, ByteSource } from '../base/byte-reader.js';

/** The size of the chunks in which a backup is read and written, bytes. */
export const chunkSize = 256 * 1024;

/** The same bytes in chunks of at least `size`, but for the last: thousands of tiny writes are slow in any stream. */
export async function* gather(source: ByteSource, size = chunkSize): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    held.push(chunk);
    length += chunk.length;
    if (length < size) continue;
    yield held.length === 1 ? chunk : Buffer.concat(held, length);
    held = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(held, length);
}

/** The same bytes in blocks of exactly `size`, but for the last. A chunk of just that size is passed on as it is. */
export async function* inBlocks(source: ByteSource, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  let block: Buffer | undefined;
  let used = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      if (used === 0 && chunk.length - at >= size) {
        yield chunk.subarray(at, at + size);
        at += size;
        continue;
      }
      block ??= Buffer.allocUnsafe(size);
      const part = chunk.subarray(at, at + size - used);
      block.set(part, used);
      used += part.length;
      at += part.length;
      if (used < size) continue;
      yield block;
      block = undefined;
      used = 0;
    }
  }
  if (block !== undefined && used > 0) yield block.subarray(0, used);
}

/** The same bytes, each chunk in memory of its own: for who needs it for longer than its source lets it be. Closes the reader. */
export async function* copied(reader: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of reader.rest()) yield Uint8Array.from(chunk);
  } finally {
    await reader.close();
  }
}
