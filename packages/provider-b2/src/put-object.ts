import { type BodyPiece, ProviderError, type PutOptions, type StoredObject } from '@holdfast/core/provider-api';
import { firstOf, partSchedule, partsOf, throwIfCancelled } from '@holdfast/object-storage';
import type { BucketFolder } from './bucket-folder.js';
import type { FileVersion } from './client/file-version.js';
import { uploadFile } from './client/upload-calls.js';
import { storeLargeFile } from './large-file.js';
import { digestMarks, marksOf, uploadOf } from './marks.js';
import { toInfo } from './object-info.js';
import type { UploadNote } from './upload-notes.js';
import { deleteVersions, superseded, versionsOf } from './versions-of.js';

/** With or without holes. */
export type Body = ReadableStream<Uint8Array> | ReadableStream<BodyPiece>;

/** Stores a body in one call if it fits into one part, else as a large file. Older versions of its name go when it is there. */
export async function putObject(at: BucketFolder, key: string, body: Body, options: PutOptions): Promise<StoredObject> {
  const name = `${at.root}${key}`;
  const { minimumPartBytes: minimumBytes } = await at.client.authorization(options.signal);
  const note = await at.notes.begin(name);
  const sizes = partSchedule({ minimumBytes, ...(options.size !== undefined && { size: options.size }) });
  const stored = await undoingFailure(at, note, () => store(at, note, partsOf(body, sizes, options.signal), options.signal));
  await tidyBehind(at, note, options.signal);
  // B2 has compared the SHA-1 of each part, or of the whole.
  return { ...toInfo(key, stored), verified: true };
}

async function store(at: BucketFolder, note: UploadNote, parts: ReturnType<typeof partsOf>, signal: AbortSignal): Promise<FileVersion> {
  await using body = await firstOf(parts);
  const info = marksOf(at.locationId, note);
  const { name } = note;
  return await at.withBucket(signal, async ({ id: bucketId, urls }) => {
    if (!body.first.last) return storeLargeFile(at.client, { bucketId, name, info }, body.parts, signal);
    const { bytes } = body.first;
    throwIfCancelled(signal);
    const stored = await uploadFile(at.client, urls, { name, bytes, info: { ...info, ...digestMarks(bytes) } }, signal);
    if (stored.size !== bytes.length) throw new ProviderError('corrupt', `Backblaze B2 keeps ${stored.size} bytes of ${bytes.length}.`);
    return stored;
  });
}

/** Removes what an upload has made, if it fails. What can't be removed now the next sweep does. */
export async function undoingFailure<T>(at: BucketFolder, note: UploadNote, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    try {
      // The call's own signal may have fired.
      await removeUpload(at, note, AbortSignal.timeout(at.client.timing.tidyMs));
      await at.notes.end(note);
    } catch {
      at.log.warn(`What is left of the upload of ${JSON.stringify(note.name)} is removed before the next backup.`);
      await at.notes.leave(note, 'undo');
    }
    throw error;
  }
}

/** Removes all that an upload has made, finished or not; gives how much it was. */
export async function removeUpload(at: BucketFolder, note: UploadNote, signal: AbortSignal): Promise<number> {
  const versions = await versionsOf(at, note.name, signal);
  return deleteVersions(
    at,
    versions.filter((version) => uploadOf(version) === note.upload),
    signal,
  );
}

/** The new object is there. That an older one is too costs money, and is no reason to call it a failure. */
async function tidyBehind(at: BucketFolder, note: UploadNote, signal: AbortSignal): Promise<void> {
  try {
    await deleteVersions(at, superseded(await versionsOf(at, note.name, signal), note.upload), signal);
    await at.notes.end(note);
  } catch {
    at.log.warn(`Older versions of ${JSON.stringify(note.name)} are removed before the next backup.`);
    await at.notes.leave(note, 'tidy');
  }
}
