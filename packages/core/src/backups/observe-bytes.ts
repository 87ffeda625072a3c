import { createHash } from 'node:crypto';
import type { ByteSource } from '../base/byte-reader.js';

/** Passes bytes on and tells how many there were so far. Checks for cancellation at each chunk. */
export async function* counted(
  source: ByteSource,
  signal: AbortSignal,
  onTotal: (total: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let total = 0;
  for await (const chunk of source) {
    signal.throwIfAborted();
    total += chunk.length;
    onTotal(total);
    yield chunk;
  }
}

export interface Digest {
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Passes bytes on; `digest` is of all that were read, and complete when the reader has come to the end. */
export function digested(source: ByteSource): { readonly bytes: AsyncGenerator<Uint8Array, void, undefined>; digest(): Digest } {
  const hash = createHash('sha256');
  let size = 0;
  async function* pass(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  return { bytes: pass(), digest: () => ({ size, sha256: hash.copy().digest('hex') }) };
}
