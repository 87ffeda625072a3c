import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { UploadName } from './abort-upload.js';
import type { Bucket } from './bucket.js';
import { plainName } from './plain-name.js';
import type { Work } from './stored-note.js';

/** How far the clocks of this machine and of the service may differ, milliseconds. */
const clockToleranceMs = 15 * 60_000;

/** The upload of a note. Where the answer with its id was lost, those of its name that were begun since then and are nobody's. */
export async function uploadsOf(bucket: Bucket, work: Work, inUse: ReadonlySet<string>, signal: AbortSignal): Promise<UploadName[]> {
  const at = { Bucket: bucket.address.bucket, Key: work.name };
  if (work.uploadId !== undefined) return [{ ...at, UploadId: work.uploadId }];
  const input = { Bucket: at.Bucket, Prefix: work.name, EncodingType: 'url' as const };
  const { Uploads = [], EncodingType } = await bucket.call({ doing: 'Looking for unfinished uploads', signal }, (client, options) =>
    client.send(new ListMultipartUploadsCommand(input), options),
  );
  return Uploads.flatMap(({ Key = '', UploadId, Initiated }) => {
    const isOurs = plainName(Key, EncodingType) === work.name && (Initiated?.getTime() ?? 0) > work.startedAt - clockToleranceMs;
    return isOurs && UploadId !== undefined && !inUse.has(UploadId) ? [{ ...at, UploadId }] : [];
  });
}
