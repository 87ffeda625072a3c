import type { ByteReader } from '../../base/byte-reader.js';
import type { Faults } from '../faults.js';
import { decryptPadded } from './cbc.js';
import { type HeaderV2, statesSize } from './header-v2.js';

/**
 * Decrypts what stands behind a version 2 header, strictly: whole blocks, PKCS#7 padding in every byte, and a length that
 * agrees with the header; `onLowSize` hears of one that older writers rounded down. Closes the reader.
 */
export function decryptV2(
  reader: ByteReader,
  header: HeaderV2,
  key: Buffer,
  faults: Faults,
  onLowSize: () => void = () => {},
): AsyncGenerator<Buffer, void, undefined> {
  const stated = header.plaintextSize;
  return decryptPadded(reader, { key, salt: header.salt }, faults, (size) => {
    if (!statesSize(stated, size)) throw faults.corrupt(`it holds ${size} bytes and its header states ${stated}`, 16);
    if (stated < size) onLowSize();
  });
}
