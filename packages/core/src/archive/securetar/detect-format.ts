import { isGzipStart } from '../gzip/gzip-header.js';
import { isTarStart } from '../tar/ustar-header.js';

/** What an inner archive is by its first bytes; `v1` has no mark of its own, so damage looks the same. */
export type StoredFormat = 'v1' | 'v2' | 'v3' | 'unknown-version' | 'gzip' | 'tar';

/** How many bytes {@link detectFormat} wants to see. */
export const detectLength = 512;

export const secureTarMagic = Buffer.from('SecureTar');

/** Tells an inner archive's format from its first 512 bytes, or all of a shorter one (format 3). Names and backup.json don't count. */
export function detectFormat(start: Buffer): StoredFormat {
  if (start.subarray(0, secureTarMagic.length).equals(secureTarMagic)) {
    const version = start[secureTarMagic.length];
    return version === 2 ? 'v2' : version === 3 ? 'v3' : 'unknown-version';
  }
  if (isGzipStart(start)) return 'gzip';
  return isTarStart(start) ? 'tar' : 'v1';
}
