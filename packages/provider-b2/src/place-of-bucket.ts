import type { Place } from '@holdfast/core/provider-api';
import { normalisePrefix, prefixFault } from '@holdfast/object-storage';
import type { B2Config } from './settings.js';

/** A bucket's name is its own in all of Backblaze, in whichever case it is written; the S3 face of the same bucket has the same root. */
export async function placeOfBucket({ bucket, prefix = '' }: B2Config): Promise<Place> {
  const root = `b2:${bucket.toLowerCase()}`;
  // The host asks for the place before the settings are validated, which says what is wrong with this one. Until then it is like no other.
  if (prefixFault(prefix, Number.POSITIVE_INFINITY) !== undefined) return { root: `${root} ${JSON.stringify(prefix)}`, path: '' };
  return { root, path: normalisePrefix(prefix) };
}
