import { type ProviderContext, ProviderError, type ProviderLogger } from '@holdfast/core/provider-api';
import type { B2Client } from './client/b2-client.js';
import { B2Error } from './client/b2-error.js';
import type { Bucket } from './client/bucket.js';
import { type UploadUrls, uploadUrlsOfBucket } from './client/upload-urls.js';
import type { Settings } from './settings.js';
import { openUploadNotes, type UploadNotes } from './upload-notes.js';

/** The part of a bucket that a location uses. */
export interface BucketFolder {
  readonly client: B2Client;
  readonly locationId: string;
  readonly bucketName: string;
  /** What all names start with; see {@link Settings}. */
  readonly root: string;
  readonly notes: UploadNotes;
  readonly log: ProviderLogger;
  /** Runs a call that needs the bucket's id; it is looked up once. `not-found` if there is no such bucket. */
  withBucket<T>(signal: AbortSignal, run: (bucket: OpenBucket) => Promise<T>): Promise<T>;
}

interface OpenBucket {
  readonly id: string;
  readonly urls: UploadUrls;
}

export function createBucketFolder(client: B2Client, { bucketName, root }: Settings, context: ProviderContext): BucketFolder {
  const { locationId, log, stateFolder } = context;
  let known: OpenBucket | undefined;

  async function find(signal: AbortSignal): Promise<OpenBucket> {
    if (known !== undefined) return known;
    const { id } = requireBucket(await client.findBucket(bucketName, signal), bucketName);
    known = { id, urls: uploadUrlsOfBucket(client, id) };
    return known;
  }

  return {
    client,
    locationId,
    bucketName,
    root,
    notes: openUploadNotes(stateFolder, locationId, log),
    log,
    async withBucket(signal, run) {
      const bucket = await find(signal);
      try {
        return await run(bucket);
      } catch (error) {
        // Deleted, and perhaps made anew.
        if (error instanceof B2Error && error.b2Code.endsWith('bucket_id')) known = undefined;
        throw error;
      }
    },
  };
}

export function requireBucket(bucket: Bucket | undefined, name: string): Bucket {
  if (bucket === undefined) throw new ProviderError('not-found', `There is no bucket ${JSON.stringify(name)} in this Backblaze account.`);
  return bucket;
}
