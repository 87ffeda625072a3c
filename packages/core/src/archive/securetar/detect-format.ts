import { gzipStartLikelihood, isGzipStart } from '../gzip/gzip-header.js';
import { isTarStart, resemblesHeader } from '../tar/ustar-header.js';

/** What an inner archive is by its first bytes; `v1` has no mark of its own, so damage looks the same. */
export type StoredFormat = 'v1' | 'v2' | 'v3' | 'unknown-version' | 'gzip' | 'tar';

/** How many bytes {@link detectFormat} wants to see. */
export const detectLength = 512;

export const secureTarMagic = Buffer.from('SecureTar');

const gzipMagic = Buffer.of(0x1f, 0x8b, 8);

/** Tells an inner archive's format from its first 512 bytes, or all of a shorter one (format 3). Names and backup.json don't count. */
export function detectFormat(start: Buffer): StoredFormat {
  if (start.subarray(0, secureTarMagic.length).equals(secureTarMagic)) {
    const version = start[secureTarMagic.length];
    return version === 2 ? 'v2' : version === 3 ? 'v3' : 'unknown-version';
  }
  if (isGzipStart(start)) return 'gzip';
  return isTarStart(start) ? 'tar' : 'v1';
}

/**
 * True if these first bytes, which no format claims, are those of a marked format with a few bytes changed. A version 1 archive begins
 * with random bytes, and looks so once in 10^9.
 */
export function resemblesOther(start: Buffer): boolean {
  return countSame(start, secureTarMagic) > secureTarMagic.length / 2 || resemblesGzip(start) || resemblesHeader(start);
}

function resemblesGzip(start: Buffer): boolean {
  const repaired = Buffer.concat([gzipMagic, start.subarray(gzipMagic.length)]);
  return countSame(start, gzipMagic) === gzipMagic.length - 1 && gzipStartLikelihood(repaired) === 'sure';
}

function countSame(start: Buffer, expected: Buffer): number {
  return expected.filter((byte, at) => start[at] === byte).length;
}
