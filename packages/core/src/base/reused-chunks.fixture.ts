import type { ByteSource } from './byte-reader.js';

/** The chunks as a source that uses their memory again: each is wiped as soon as it may be. */
export async function* wipedLater(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let last: Uint8Array | undefined;
  for (const given of chunks) {
    if (given.length === 0) continue;
    const chunk = Uint8Array.from(given);
    yield chunk;
    last?.fill(0xa5);
    last = chunk;
  }
}

/** The bytes of a source that uses the memory of its chunks again, each looked at as late as that allows. */
export async function lateBytesOf(source: ByteSource): Promise<Buffer> {
  const seen: Uint8Array[] = [];
  let last: Uint8Array | undefined;
  for await (const chunk of source) {
    if (last !== undefined) seen.push(Uint8Array.from(last));
    last = chunk;
  }
  if (last !== undefined) seen.push(last);
  return Buffer.concat(seen);
}
