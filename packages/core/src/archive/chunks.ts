import type { ByteSource } from '../base/byte-reader.js';

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
