import { createHash, randomInt } from 'node:crypto';
import { isProviderError, type Location } from '../provider-api/index.js';
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
 * @returns whether it read all of it
 * @throws `read-back-differs`
 */
export async function readBack(
  { location, record }: Target,
  key: string,
  sent: { readonly size: number; readonly leaves: readonly Buffer[] },
  mode: ReadBack,
  signal: AbortSignal,
  onBytes: (total: number) => void,
): Promise<boolean> {
  const differs = (offset: number) => backupError('read-back-differs', { location: record.title, offset });
  const stored = await location.head(key, { signal });
  if (stored?.size !== sent.size) throw differs(Math.min(stored?.size ?? 0, sent.size));
  let number = 0;
  let bytes = 0;
  try {
    const leaves = mode === 'all' ? allLeaves(location, key, signal) : sampledLeaves(location, key, sent.leaves.length, signal);
    for await (const leaf of leaves) {
      ({ number } = leaf);
      if (sent.leaves[number]?.equals(leaf.digest) !== true) throw differs(number * leafBytes);
      bytes += leaf.length;
      onBytes(bytes);
    }
  } catch (error) {
    // It was there a moment ago: the object is gone, not the place.
    throw isProviderError(error) && error.code === 'not-found' ? differs(number * leafBytes) : error;
  }
  if (mode === 'all' && bytes !== sent.size) throw differs(bytes);
  return mode === 'all' || sent.leaves.length <= sampleSize;
}

interface ReadLeaf {
  readonly number: number;
  readonly digest: Buffer;
  /** Bytes. */
  readonly length: number;
}

async function* sampledLeaves(
  location: Location,
  key: string,
  count: number,
  signal: AbortSignal,
): AsyncGenerator<ReadLeaf, void, undefined> {
  for (const number of sampleOf(count)) {
    const leaf = await readRange(location, key, number * leafBytes, leafBytes, signal);
    yield { number, digest: createHash('sha256').update(leaf).digest(), length: leaf.length };
  }
}

/** In one go: a service that bills by the call is asked once. */
async function* allLeaves(location: Location, key: string, signal: AbortSignal): AsyncGenerator<ReadLeaf, void, undefined> {
  let number = 0;
  let hash = createHash('sha256');
  let length = 0;
  for await (const bytes of await location.get(key, { signal })) {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + leafBytes - length);
      hash.update(part);
      at += part.length;
      length += part.length;
      if (length < leafBytes) continue;
      yield { number, digest: hash.digest(), length };
      number += 1;
      hash = createHash('sha256');
      length = 0;
    }
  }
  if (length > 0) yield { number, digest: hash.digest(), length };
}

function sampleOf(count: number): number[] {
  if (count <= sampleSize) return [...Array(count).keys()];
  const chosen = new Set([0, count - 1]);
  while (chosen.size < sampleSize) chosen.add(randomInt(count));
  return [...chosen].sort((a, b) => a - b);
}
