import type { BucketFolder } from './bucket-folder.js';
import { B2Error } from './client/b2-error.js';
import type { FileVersion } from './client/file-version.js';
import { uploadOf } from './marks.js';

/** Behind those of the name come those of longer names, which nobody wants. */
const versionsOfPage = 100;

/** All versions of the file with exactly this name, the newest first: hide markers and unfinished large files too. */
export async function versionsOf({ client, withBucket }: BucketFolder, name: string, signal: AbortSignal): Promise<readonly FileVersion[]> {
  return withBucket(signal, async ({ id: bucketId }) => {
    const found: FileVersion[] = [];
    let startId: string | undefined;
    for (;;) {
      const page = await client.listVersions({ bucketId, prefix: name, startName: name, startId, count: versionsOfPage }, signal);
      found.push(...page.versions.filter((version) => version.name === name));
      if (page.nextName !== name || page.nextId === undefined || page.nextId === startId) return found;
      startId = page.nextId;
    }
  });
}

/**
 * What is not wanted once an upload has stored a file: all of the versions but the newest content, what hides that, and large files that
 * the same upload has started more than once. What others have started is theirs.
 */
export function superseded(versions: readonly FileVersion[], upload: string): readonly FileVersion[] {
  const newest = versions.find(({ action }) => action === 'upload');
  if (newest === undefined) return [];
  return versions.filter((version) => version !== newest && (version.action !== 'start' || uploadOf(version) === upload));
}

/** Deletes the versions, the oldest first: so an older one never shows in the place of a newer. Gives how many were still there. */
export async function deleteVersions({ client }: BucketFolder, versions: readonly FileVersion[], signal: AbortSignal): Promise<number> {
  let deleted = 0;
  for (const version of versions.toReversed()) {
    try {
      await (version.action === 'start' ? client.cancelLargeFile(version.fileId, signal) : client.deleteVersion(version, signal));
      deleted += 1;
    } catch (error) {
      if (!isGone(error, version)) throw error;
    }
  }
  return deleted;
}

/** B2 calls it a bad request to cancel an upload that it does not have any more. */
function isGone(error: unknown, { action }: FileVersion): boolean {
  if (!(error instanceof B2Error)) return false;
  return ['file_not_present', 'no_such_file', 'not_found'].includes(error.b2Code) || (action === 'start' && error.b2Code === 'bad_request');
}
