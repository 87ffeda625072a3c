import { createHash, randomInt } from 'node:crypto';
import { backupError } from './errors.js';
import { readRange } from './location-bytes.js';
import { leafBytes } from './seal/leaves.js';
import type { Target } from './targets.js';

/** How much of what a location stored is read back before the backup counts as stored there. */
export type ReadBack = 'sample' | 'all';

/** Leaves of a sample: the first, the last, and others at random. A backup of no more than these is read back whole. */
const sampleSize = 8;

/**
 * Reads back what a location stored and compares it with the leaves of what was sent. A location is a promise, and this is its test; reading all
 * of it would double the traffic of every backup, which is for who asks for it, and for `verify`.
 *
 * @throws `read-back-differs`
 */
export async function readBack(
  { location, record }: Target,
  key: string,
  sent: { readonly size: number; readonly leaves: readonly Buffer[] },
  mode: ReadBack,
  signal: AbortSignal,
  onBytes: (total: number) => void,
): Promise<void> {
  const stored = await location.head(key, { signal });
  if (stored?.size !== sent.size) {
    throw backupError('read-back-differs', { location: record.title, offset: Math.min(stored?.size ?? 0, sent.size) });
  }
  let bytes = 0;
  for (const number of mode === 'all' ? sent.leaves.keys() : sampleOf(sent.leaves.length)) {
    const leaf = await readRange(location, key, number * leafBytes, leafBytes, signal);
    const digest = createHash('sha256').update(leaf).digest();
    if (sent.leaves[number]?.equals(digest) !== true) {
      throw backupError('read-back-differs', { location: record.title, offset: number * leafBytes });
    }
    bytes += leaf.length;
    onBytes(bytes);
  }
}

function sampleOf(count: number): number[] {
  if (count <= sampleSize) return [...Array(count).keys()];
  const chosen = new Set([0, count - 1]);
  while (chosen.size < sampleSize) chosen.add(randomInt(count));
  return [...chosen].sort((a, b) => a - b);
}
