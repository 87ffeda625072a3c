import { ProviderError } from '@holdfast/core/provider-api';
import { type BodyPart, retry, storeParts, throwIfCancelled } from '@holdfast/object-storage';
import { type B2Client, type NewLargeFile, versionOf } from './client/b2-client.js';
import { B2Error } from './client/b2-error.js';
import type { FileVersion } from './client/file-version.js';
import { uploadPart } from './client/upload-calls.js';
import { uploadUrlsOfLargeFile } from './client/upload-urls.js';

const partsAtOnce = 3;

/** Stores a body of several parts as a large file. What is there after a failure is the caller's to remove. */
export async function storeLargeFile(
  client: B2Client,
  file: NewLargeFile,
  parts: AsyncIterable<BodyPart>,
  signal: AbortSignal,
): Promise<FileVersion> {
  const fileId = await client.startLargeFile(file, signal);
  const urls = uploadUrlsOfLargeFile(client, fileId);
  let sent = 0;
  const sha1s = await storeParts(parts, { atOnce: partsAtOnce, signal }, async ({ number, bytes }, signal) => {
    const sha1 = await uploadPart(client, urls, { name: file.name, number, bytes }, signal);
    sent += bytes.length;
    return sha1;
  });
  throwIfCancelled(signal);
  const stored = await finish(client, { fileId, name: file.name, sha1s }, signal);
  if (stored.size !== sent) throw new ProviderError('corrupt', `Backblaze B2 keeps ${stored.size} bytes of ${sent} that it was sent.`);
  return stored;
}

/** Turns the parts into a file. If the answer is lost it may have happened, so from the second attempt on that is looked at first. */
async function finish(
  client: B2Client,
  { fileId, name, sha1s }: { readonly fileId: string; readonly name: string; readonly sha1s: string[] },
  signal: AbortSignal,
): Promise<FileVersion> {
  const doing = `Finishing the upload of ${JSON.stringify(name)}`;
  return retry(client.timing.policy, signal, async (attempt) => {
    const finished = attempt === 1 ? undefined : await finishedFile(client, fileId, signal);
    if (finished !== undefined) return finished;
    try {
      const run = client.once(
        { doing, run: (b2, axiosOverride) => b2.finishLargeFile({ fileId, partSha1Array: sha1s, axiosOverride }) },
        signal,
      );
      return versionOf(doing, await run);
    } catch (error) {
      // The attempt before may have come through only now.
      const late = attempt > 1 && error instanceof B2Error && error.status < 500 ? await finishedFile(client, fileId, signal) : undefined;
      if (late === undefined) throw error;
      return late;
    }
  });
}

async function finishedFile(client: B2Client, fileId: string, signal: AbortSignal): Promise<FileVersion | undefined> {
  const found = await client.fileInfo(fileId, signal);
  return found.action === 'upload' ? found : undefined;
}
