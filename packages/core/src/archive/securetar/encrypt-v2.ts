import { createCipheriv } from 'node:crypto';
import type { ByteSource } from '../../base/byte-reader.js';
import { hastenCollection } from '../../base/hasten-collection.js';
import { deriveIv } from './derive-key.js';

/** The ciphertext of an inner archive, PKCS#7 padding included (format 5). The header goes before it once the size is known. */
export async function* encryptV2(plaintext: ByteSource, key: Buffer, salt: Buffer): AsyncGenerator<Buffer, void, undefined> {
  const cipher = createCipheriv('aes-128-cbc', key, deriveIv(key, salt));
  for await (const chunk of plaintext) {
    const encrypted = cipher.update(chunk);
    hastenCollection(encrypted.length);
    if (encrypted.length > 0) yield encrypted;
  }
  yield cipher.final();
}
