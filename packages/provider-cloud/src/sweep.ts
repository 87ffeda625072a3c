import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { abortUpload } from './abort-upload.js';
import type { Bucket } from './bucket.js';
import type { OpenLocation } from './open-location.js';
import { removeVersions } from './remove-versions.js';
import { uploadsOf } from './uploads-of.js';

/**
 * Removes what this location's notes tell of and nobody works at any more; returns how many unfinished uploads and trial objects that
 * were.
 */
export async function sweepBucket({ bucket, notes }: OpenLocation, signal: AbortSignal): Promise<number> {
  const { leftOver, inUse } = await notes.all();
  let removed = 0;
  for (const note of leftOver) {
    if (note.work.type === 'probe') {
      await removeTrialObject(bucket, note.work.name, signal);
      removed += 1;
    } else {
      const uploads = await uploadsOf(bucket, note.work, inUse, signal);
      const results = [];
      for (const upload of uploads) results.push(await abortUpload(bucket, upload, signal));
      removed += results.filter((result) => result === 'removed').length;
      if (results.includes('stays')) continue;
    }
    await note.remove();
  }
  return removed;
}

/** Removes the object that a check tried things out with, and its versions; false if those may not be removed. */
export async function removeTrialObject(bucket: Bucket, name: string, signal: AbortSignal): Promise<boolean> {
  const input = { Bucket: bucket.address.bucket, Key: name };
  const answer = await bucket.call({ doing: 'Deleting an object', signal }, (client, options) =>
    client.send(new DeleteObjectCommand(input), options),
  );
  const keepsVersions = answer.VersionId !== undefined || answer.DeleteMarker === true;
  return !keepsVersions || (await removeVersions(bucket, name, signal));
}
