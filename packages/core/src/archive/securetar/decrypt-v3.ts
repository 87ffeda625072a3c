import type { ByteReader } from '../../base/byte-reader.js';
import type { Faults } from '../faults.js';
import { pieceCount, pieceOverhead, pieceSize } from './header-v3.js';
import type { SecretStream } from './secret-stream.js';

/**
 * Decrypts what stands behind a version 3 header (format 7.3). Each piece is checked before any of it is given out; the final
 * one is where the stated size has it, and nothing follows. Closes the reader.
 */
export async function* decryptV3(
  reader: ByteReader,
  plaintextSize: number,
  stream: SecretStream,
  faults: Faults,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    const room = Buffer.allocUnsafeSlow(Math.min(pieceSize, plaintextSize) + pieceOverhead);
    const last = pieceCount(plaintextSize) - 1;
    for (let number = 0; number <= last; number += 1) {
      const at = reader.offset;
      const length = Math.min(pieceSize, plaintextSize - number * pieceSize) + pieceOverhead;
      const message = room.subarray(0, length);
      if ((await reader.fill(message)) < length) throw faults.endsEarly(reader.offset);
      const piece = stream.open(message, number === last);
      if (typeof piece === 'string') throw faults.corrupt(piece, at, undefined, at + length - 1);
      if (piece.length > 0) yield piece;
    }
    if ((await reader.some()) !== undefined) throw faults.corrupt('something follows the encrypted data', reader.offset);
  } finally {
    await reader.close();
  }
}
