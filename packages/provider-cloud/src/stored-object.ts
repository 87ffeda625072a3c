import type { StoredObject } from '@holdfast/core/provider-api';
import type { OpenLocation } from './open-location.js';
import { toInfo } from './object-info.js';
import { findMarked, type UploadMark } from './upload-mark.js';

/** Asking for the time of what is stored has so long, milliseconds. */
const limitMs = 3_000;

/**
 * What to say of an object that the service has stored. `isSame` tells that it answered with the digests of all that we sent; without, it
 * is enough that it was seen to compare those that go with each request.
 */
export async function storedObject(
  { bucket, facts }: OpenLocation,
  key: string,
  mark: UploadMark,
  { size, isSame }: { readonly size: number; readonly isSame: boolean },
): Promise<StoredObject> {
  // Where that fails, or somebody has replaced it already, it was stored all the same.
  const found = await findMarked(bucket, key, mark, AbortSignal.timeout(limitMs)).catch(() => undefined);
  const verified = isSame || (await facts.read())?.comparesDigests === true;
  return { ...(found ?? toInfo(key, { size, modified: new Date() })), size, verified };
}
