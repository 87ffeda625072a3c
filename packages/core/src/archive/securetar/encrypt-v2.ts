import { createCipheriv } from 'node:crypto';
import { ByteReader, type ByteSource } from '../../base/byte-reader.js';
import { hastenCollection } from '../../base/hasten-collection.js';
import { deriveIv } from './derive-key.js';

// Encrypting makes a buffer of the same length. Those of one length find one another's place again when they are freed; those of a packed block, each
// of its own length, would leave gaps between them: 20 MiB after a few GiB.
const roomSize = 512 * 1024;

/** The ciphertext of an inner archive, PKCS#7 padding included (format 5). The header goes before it once the size is known. */
export async function* encryptV2(plaintext: ByteSource, key: Buffer, salt: Buffer): AsyncGenerator<Buffer, void, undefined> {
  const cipher = createCipheriv('aes-128-cbc', key, deriveIv(key, salt));
  const reader = new ByteReader(plaintext);
  const room = Buffer.allocUnsafeSlow(roomSize);
  try {
    for (let size = await reader.fill(room); size > 0; size = await reader.fill(room)) {
      const encrypted = cipher.update(room.subarray(0, size));
      hastenCollection(encrypted.length);
      if (encrypted.length > 0) yield encrypted;
    }
    yield cipher.final();
  } finally {
    await reader.close();
  }
}
