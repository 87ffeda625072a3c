import { createDecipheriv, type Decipher } from 'node:crypto';
import type { ByteReader } from '../../base/byte-reader.js';
import type { Faults } from '../faults.js';
import { deriveIv } from './derive-key.js';
import { blockLength } from './header-v2.js';

/** What opens one archive of version 1 or 2. */
export interface CbcKey {
  readonly key: Buffer;
  readonly salt: Buffer;
}

/** The first bytes of the plaintext, as many whole blocks as there are of ciphertext: to find out whether a key fits. */
export function decryptStart(ciphertext: Buffer, cbcKey: CbcKey): Buffer {
  const whole = ciphertext.length - (ciphertext.length % blockLength);
  return cbcDecipher(cbcKey).update(ciphertext.subarray(0, whole));
}

/** Decrypts all that is left, and leaves any padding where it is. Error: `corrupt` if it is not in whole blocks. Closes the reader. */
export async function* decryptBlocks(reader: ByteReader, cbcKey: CbcKey, faults: Faults): AsyncGenerator<Buffer, void, undefined> {
  try {
    const decipher = cbcDecipher(cbcKey);
    const start = reader.offset;
    for (let chunk = await reader.some(); chunk !== undefined; chunk = await reader.some()) {
      const decrypted = decipher.update(chunk);
      if (decrypted.length > 0) yield decrypted;
    }
    const length = reader.offset - start;
    if (length === 0 || length % blockLength !== 0) throw faults.corrupt('the encrypted data is not in whole blocks', reader.offset);
  } finally {
    await reader.close();
  }
}

/**
 * As {@link decryptBlocks}, without the PKCS#7 padding, which must be right in every byte. `checkSize` gets the length of the plaintext
 * before its last bytes are handed out, and may throw.
 */
export async function* decryptPadded(
  reader: ByteReader,
  cbcKey: CbcKey,
  faults: Faults,
  checkSize: (size: number) => void = () => {},
): AsyncGenerator<Buffer, void, undefined> {
  let length = 0;
  // The last chunk is held back: only at the end is it known which bytes are padding.
  let held: Buffer | undefined;
  for await (const chunk of decryptBlocks(reader, cbcKey, faults)) {
    length += chunk.length;
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (held === undefined) return;
  const padding = paddingLength(held);
  if (padding === undefined) throw faults.corrupt('the padding of the encrypted data is malformed', reader.offset - blockLength);
  checkSize(length - padding);
  if (held.length > padding) yield held.subarray(0, held.length - padding);
}

function cbcDecipher({ key, salt }: CbcKey): Decipher {
  return createDecipheriv('aes-128-cbc', key, deriveIv(key, salt)).setAutoPadding(false);
}

/** 1 to 16 bytes, each holding the count; `undefined` if they don't. */
function paddingLength(end: Buffer): number | undefined {
  const count = end.at(-1) ?? 0;
  if (count < 1 || count > blockLength || count > end.length) return undefined;
  return end.subarray(end.length - count).every((byte) => byte === count) ? count : undefined;
}
