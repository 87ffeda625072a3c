import { createDecipheriv } from 'node:crypto';
import type { ByteReader } from '../../base/byte-reader.js';
import type { Faults } from '../faults.js';
import { deriveIv } from './derive-key.js';
import { blockLength, type HeaderV2 } from './header-v2.js';

// How far below the truth a size field of older writers can be (format 5).
const sizeTolerance = 15;

/**
 * Decrypts what stands behind a version 2 header, strictly: whole blocks, PKCS#7 padding in every byte, and a length that
 * agrees with the header. Closes the reader.
 */
export async function* decryptV2(
  reader: ByteReader,
  header: HeaderV2,
  key: Buffer,
  faults: Faults,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    const decipher = cbcDecipher(header, key);
    const start = reader.offset;
    // The last chunk is held back: only at the end is it known which bytes are padding.
    let held: Buffer | undefined;
    for (let chunk = await reader.some(); chunk !== undefined; chunk = await reader.some()) {
      const decrypted = decipher.update(chunk);
      if (decrypted.length === 0) continue;
      if (held !== undefined) yield held;
      held = decrypted;
    }
    const length = reader.offset - start;
    if (held === undefined || length % blockLength !== 0) throw faults.damaged('the encrypted data is not in whole blocks', reader.offset);
    const padding = paddingLength(held);
    if (padding === undefined) throw faults.damaged('the padding of the encrypted data is malformed', reader.offset - blockLength);
    const size = length - padding;
    if (header.plaintextSize > size || header.plaintextSize < size - sizeTolerance) {
      throw faults.damaged(`it holds ${size} bytes and its header states ${header.plaintextSize}`, 16);
    }
    if (held.length > padding) yield held.subarray(0, held.length - padding);
  } finally {
    await reader.close();
  }
}

/** The first bytes of the plaintext, as many whole blocks as there are of ciphertext: to find out whether a key fits. */
export function decryptStartV2(ciphertext: Buffer, header: HeaderV2, key: Buffer): Buffer {
  const whole = ciphertext.length - (ciphertext.length % blockLength);
  return cbcDecipher(header, key).update(ciphertext.subarray(0, whole));
}

function cbcDecipher(header: HeaderV2, key: Buffer) {
  return createDecipheriv('aes-128-cbc', key, deriveIv(key, header.salt)).setAutoPadding(false);
}

/** 1 to 16 bytes, each holding the count; `undefined` if they don't. */
function paddingLength(end: Buffer): number | undefined {
  const count = end.at(-1) ?? 0;
  if (count < 1 || count > blockLength || count > end.length) return undefined;
  return end.subarray(end.length - count).every((byte) => byte === count) ? count : undefined;
}
