import type { ByteReader } from '../../base/byte-reader.js';
import type { Faults } from '../faults.js';
import { isZero } from '../tar/ustar-header.js';
import { gzipTrailerLength } from './gzip-header.js';

/** What was unpacked, to be compared with the trailer. */
export interface Unpacked {
  readonly crc: number;
  /** Bytes. */
  readonly size: number;
}

/**
 * Reads what stands behind a member's deflate data: CRC-32 and length, and to the end of the source nothing but zeros. `start` is where
 * the reader's offset 0 lies in the gzip stream.
 */
export async function readGzipEnd(
  reader: ByteReader,
  start: number,
  { crc, size }: Unpacked,
  faults: Faults,
  onCutEnd: (() => void) | undefined,
): Promise<void> {
  const end = start + reader.offset;
  const trailer = await reader.upTo(gzipTrailerLength);
  if (trailer.length < gzipTrailerLength) {
    if (onCutEnd === undefined) throw faults.endsEarly(end + trailer.length);
    onCutEnd();
    return;
  }
  if (trailer.readUInt32LE(0) !== crc) throw faults.corrupt('the content does not match its checksum', end);
  if (trailer.readUInt32LE(4) !== size % 2 ** 32) throw faults.corrupt('the content does not have the length that it should', end + 4);
  for (let rest = await reader.some(); rest !== undefined; rest = await reader.some()) {
    if (!isZero(rest)) throw faults.corrupt('something follows the compressed data', start + reader.offset - rest.length);
  }
}
