import { ByteReader, type ByteSource } from '../../base/byte-reader.js';
import { pieceSize } from './header-v3.js';
import type { SecretStream } from './secret-stream.js';

/** The pieces of a version 3 archive (format 7.3), one at a time. The header goes before them once the size is known. */
export async function* encryptV3(plaintext: ByteSource, stream: SecretStream): AsyncGenerator<Buffer, void, undefined> {
  const reader = new ByteReader(plaintext);
  try {
    for (let last = false; !last; ) {
      const piece = await nextPiece(reader);
      last = (await reader.peek(1)).length === 0;
      yield* stream.seal(piece, last);
    }
  } finally {
    await reader.close();
  }
}

/** As it comes: putting a mebibyte together costs as much as encrypting it. */
async function nextPiece(reader: ByteReader): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for (let missing = pieceSize; missing > 0; ) {
    const chunk = await reader.some(missing);
    if (chunk === undefined) break;
    chunks.push(chunk);
    missing -= chunk.length;
  }
  return chunks;
}
