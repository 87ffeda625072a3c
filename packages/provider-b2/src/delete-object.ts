import type { BucketFolder } from './bucket-folder.js';
import { deleteVersions, versionsOf } from './versions-of.js';

/** Deletes all versions of exactly this name, and what hides them. An upload to it that is under way is not touched. */
export async function deleteObject(at: BucketFolder, key: string, signal: AbortSignal): Promise<void> {
  const versions = await versionsOf(at, `${at.root}${key}`, signal);
  await deleteVersions(
    at,
    versions.filter(({ action }) => action !== 'start'),
    signal,
  );
}
