import { ByteReader, type ByteSource } from '../../base/byte-reader.js';
import { hastenCollection } from '../../base/hasten-collection.js';
import { pieceSize } from './header-v3.js';
import type { SecretStream } from './secret-stream.js';

/** The pieces of a version 3 archive (format 7.3), one at a time. The header goes before them once the size is known. */
export async function* encryptV3(plaintext: ByteSource, stream: SecretStream): AsyncGenerator<Buffer, void, undefined> {
  const reader = new ByteReader(plaintext);
  const room = Buffer.allocUnsafeSlow(pieceSize);
  try {
    for (let last = false; !last; ) {
      const piece = room.subarray(0, await reader.fill(room));
      last = (await reader.peek(1)).length === 0;
      hastenCollection(piece.length);
      yield* stream.seal(piece, last);
    }
  } finally {
    await reader.close();
  }
}
