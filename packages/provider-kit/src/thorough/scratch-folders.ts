import { randomBytes } from 'node:crypto';
import type { Location } from '@holdfast/core/provider-api';

const scratchKey = /^holdfast-check-[0-9a-f]{12}\//;

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** A folder of a user's location that nobody has, where a check may do as it likes. */
export function newScratchFolder(): string {
  return `holdfast-check-${randomBytes(6).toString('hex')}`;
}

/** Removes all objects below the folder. */
export async function removeFolder(location: Location, folder: string, signal: AbortSignal): Promise<void> {
  await removeWhere(location, `${folder}/`, () => true, signal);
}

/** Removes what checks that died left behind, unless one may still be at work there. Returns how many objects that were. */
export async function sweepScratchFolders(location: Location, signal: AbortSignal, now: number = Date.now()): Promise<number> {
  const isOld = (modifiedAt: string) => now - Date.parse(modifiedAt) > dayMilliseconds;
  return removeWhere(location, 'holdfast-check-', ({ key, modifiedAt }) => scratchKey.test(key) && isOld(modifiedAt), signal);
}

async function removeWhere(
  location: Location,
  prefix: string,
  isMeant: (info: { readonly key: string; readonly modifiedAt: string }) => boolean,
  signal: AbortSignal,
): Promise<number> {
  const keys: string[] = [];
  // What is deleted while it is listed may confuse a list.
  for await (const info of location.list(prefix, { signal })) if (isMeant(info)) keys.push(info.key);
  for (const key of keys) await location.delete(key, { signal });
  return keys.length;
}
