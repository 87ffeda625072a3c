import type { BucketFolder } from './bucket-folder.js';
import type { FileVersion } from './client/file-version.js';
import { isOfLocation, uploadOf } from './marks.js';
import { removeUpload } from './put-object.js';
import type { UploadNote } from './upload-notes.js';
import { deleteVersions, superseded, versionsOf } from './versions-of.js';

/** How old an unfinished upload must be, of which nobody here knows anything, before it counts as left over: milliseconds. */
const dayOld = 24 * 60 * 60 * 1000;

/** Removes what this location's uploads have left behind: what is noted here at once, the rest by its age. Gives how much it was. */
export async function sweepFolder(at: BucketFolder, signal: AbortSignal): Promise<number> {
  let removed = 0;
  for (const note of await at.notes.leftOver()) {
    removed += await (note.remains === 'undo' ? removeUpload(at, note, signal) : tidyBehindDead(at, note, signal));
    await at.notes.end(note);
  }
  const left = (await unfinishedUploads(at, signal)).filter((upload) => isLeftOver(at, upload));
  removed += await deleteVersions(at, left, signal);
  if (removed > 0) at.log.info(`Removed ${removed} that uploads which did not finish had left in the bucket.`);
  return removed;
}

/** An upload that was cut off: what it made goes if it isn't whole; if it is, what it replaces goes. */
async function tidyBehindDead(at: BucketFolder, note: UploadNote, signal: AbortSignal): Promise<number> {
  const versions = await versionsOf(at, note.name, signal);
  const isOwn = (version: FileVersion | undefined) => version !== undefined && uploadOf(version) === note.upload;
  const isWhole = isOwn(versions.find(({ action }) => action !== 'start'));
  const unwanted = isWhole ? superseded(versions, note.upload) : versions.filter((version) => version.action === 'start' && isOwn(version));
  return deleteVersions(at, unwanted, signal);
}

async function unfinishedUploads({ client, root, withBucket }: BucketFolder, signal: AbortSignal): Promise<readonly FileVersion[]> {
  return withBucket(signal, async ({ id: bucketId }) => {
    const found: FileVersion[] = [];
    let startId: string | undefined;
    for (;;) {
      const page = await client.listUnfinished({ bucketId, prefix: root, startId, count: 100 }, signal);
      // Whatever the call says of an action, it lists nothing else.
      found.push(...page.versions.map((version) => ({ ...version, action: 'start' as const })));
      if (page.nextId === undefined || page.nextId === startId) return found;
      startId = page.nextId;
    }
  });
}

function isLeftOver({ locationId, notes }: BucketFolder, upload: FileVersion): boolean {
  if (!isOfLocation(upload, locationId) || notes.isUnderWay(uploadOf(upload) ?? '')) return false;
  return Date.now() - upload.uploadedAt > dayOld;
}
