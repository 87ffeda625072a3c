import { setTimeout as pause } from 'node:timers/promises';
import { AbortMultipartUploadCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.js';
import { isFailure } from './call-error.js';

/** An upload, by its place and the id that the service gave it. */
export interface UploadName {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

const attempts = 3;
const pauseMs = 400;

/**
 * Ends an upload and removes its parts. A part that was still on its way may be stored behind that, so it is looked at again.
 *
 * @returns whether it is `removed`, was `gone` before, or `stays`
 */
export async function abortUpload(bucket: Bucket, upload: UploadName, signal: AbortSignal): Promise<'removed' | 'gone' | 'stays'> {
  const call = { doing: 'Removing an unfinished upload', signal };
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await pause(pauseMs, undefined, { signal });
    try {
      await bucket.call(call, (client, options) => client.send(new AbortMultipartUploadCommand(upload), options));
    } catch (error) {
      if (!isGone(error)) throw error;
      return attempt === 1 ? 'gone' : 'removed';
    }
    if (await isOver(bucket, upload, signal)) return 'removed';
  }
  return 'stays';
}

async function isOver(bucket: Bucket, upload: UploadName, signal: AbortSignal): Promise<boolean> {
  try {
    await bucket.call({ doing: 'Looking for an unfinished upload', signal }, (client, options) =>
      client.send(new ListPartsCommand({ ...upload, MaxParts: 1 }), options),
    );
    return false;
  } catch (error) {
    // Who may not look has to believe what was answered.
    if (isGone(error) || isFailure(error, 'denied', 'unsupported')) return true;
    throw error;
  }
}

/** Services disagree on what is not there. */
function isGone(error: unknown): boolean {
  return isFailure(error, 'no-upload', 'no-object');
}
