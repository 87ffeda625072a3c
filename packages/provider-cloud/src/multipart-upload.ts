import { createHash } from 'node:crypto';
import { CompleteMultipartUploadCommand, CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { ProviderError, type StoredObject } from '@holdfast/core/provider-api';
import { type BodyPart, storeParts, throwIfCancelled } from '@holdfast/object-storage';
import { abortUpload } from './abort-upload.js';
import type { Bucket } from './bucket.js';
import { isFailure } from './call-error.js';
import type { OpenLocation } from './open-location.js';
import { storedObject } from './stored-object.js';
import { findMarked, newUploadMark, type UploadMark } from './upload-mark.js';
import type { WorkNote } from './work-notes.js';

/** So many parts are under way at the same time; see the limit of `storeParts` for their memory. */
const atOnce = 3;
/** How long a service may take to put the parts together, milliseconds. */
const completionMs = 15 * 60_000;
/** A cancelled call has to come to its end soon. */
const undoMs = 4_000;

interface Upload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

interface StoredPart {
  readonly PartNumber: number;
  readonly ETag: string;
  readonly size: number;
  /** The service answered with the digest of what we sent. */
  readonly isSame: boolean;
}

/** Stores a body in parts, each with its digest. What fails is undone, and what can't be undone is noted for the next sweep. */
export async function storeInParts(
  at: OpenLocation,
  key: string,
  parts: AsyncIterable<BodyPart>,
  signal: AbortSignal,
): Promise<StoredObject> {
  const { bucket, notes } = at;
  const doing = `Writing ${JSON.stringify(key)}`;
  const mark = newUploadMark();
  const work = { type: 'upload' as const, name: bucket.at(key).Key, startedAt: Date.now() };
  const note = await notes.add(work);
  let upload: Upload | undefined;
  try {
    upload = await begin(at, key, mark, signal);
    await note.change({ ...work, uploadId: upload.UploadId });
    const begun = upload;
    const stored = await storeParts(parts, { atOnce, signal }, (part, others) => storePart(bucket, begun, part, { doing, signal: others }));
    throwIfCancelled(signal);
    await complete(at, key, begun, stored, mark);
    await note.remove();
    const size = stored.reduce((sum, part) => sum + part.size, 0);
    return await storedObject(at, key, mark, { size, isSame: stored.every(({ isSame }) => isSame) });
  } catch (error) {
    await undo(bucket, note, upload);
    if (isFailure(error, 'no-upload')) throw new ProviderError('unavailable', `${doing} failed: somebody else ended the upload.`);
    throw error;
  }
}

async function begin({ bucket, notes }: OpenLocation, key: string, mark: UploadMark, signal: AbortSignal): Promise<Upload> {
  const input = { ...bucket.at(key), Metadata: { ...mark } };
  let attempts = 0;
  const { UploadId } = await bucket.call({ doing: `Writing ${JSON.stringify(key)}`, signal }, (client, options, attempt) => {
    attempts = attempt;
    return client.send(new CreateMultipartUploadCommand(input), options);
  });
  if (UploadId === undefined) throw new ProviderError('internal', 'The service began an upload and did not name it.');
  // One whose answer was lost may have been begun too. It is left to a sweep, which takes none that is another's.
  if (attempts > 1) (await notes.add({ type: 'upload', name: input.Key, startedAt: Date.now() })).giveUp();
  return { ...bucket.at(key), UploadId };
}

async function storePart(
  bucket: Bucket,
  upload: Upload,
  { number, bytes }: BodyPart,
  call: { readonly doing: string; readonly signal: AbortSignal },
): Promise<StoredPart> {
  const digest = createHash('md5').update(bytes).digest();
  const input = { ...upload, PartNumber: number, Body: bytes, ContentLength: bytes.length, ContentMD5: digest.toString('base64') };
  const { ETag } = await bucket.call({ ...call, limitMs: Number.POSITIVE_INFINITY }, (client, options) =>
    client.send(new UploadPartCommand(input), options),
  );
  if (ETag === undefined) throw new ProviderError('internal', 'The service stored a part and did not name it.');
  return { PartNumber: number, ETag, size: bytes.length, isSame: ETag.replaceAll('"', '') === digest.toString('hex') };
}

/** Puts the parts together. Not ended by the call's own signal any more: nobody would know whether it had happened. */
async function complete(
  { bucket, lifetime }: OpenLocation,
  key: string,
  upload: Upload,
  stored: readonly StoredPart[],
  mark: UploadMark,
): Promise<void> {
  const input = { ...upload, MultipartUpload: { Parts: stored.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) } };
  try {
    await bucket.call({ doing: `Finishing ${JSON.stringify(key)}`, signal: lifetime, limitMs: completionMs }, (client, options) =>
      client.send(new CompleteMultipartUploadCommand(input), options),
    );
  } catch (error) {
    // Where the answer was lost, the next attempt finds no upload, and the object in its place.
    const found = await findMarked(bucket, key, mark, lifetime).catch(() => undefined);
    if (found === undefined) throw error;
  }
}

/** Without an upload that is known, the service may have begun one whose name was lost: the note stays for the sweep. */
async function undo(bucket: Bucket, note: WorkNote, upload: Upload | undefined): Promise<void> {
  try {
    if (upload !== undefined && (await abortUpload(bucket, upload, AbortSignal.timeout(undoMs))) !== 'stays') return await note.remove();
  } catch (error) {
    bucket.log.warn(`An unfinished upload stays until the next sweep: ${String(error)}`);
  }
  note.giveUp();
}
