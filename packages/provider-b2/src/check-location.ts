import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { type Notice, ProviderError } from '@holdfast/core/provider-api';
import { retry, throwIfCancelled } from '@holdfast/object-storage';
import { type BucketFolder, requireBucket } from './bucket-folder.js';
import type { Authorization } from './client/authorization.js';
import { download } from './client/download.js';
import { uploadFile } from './client/upload-calls.js';
import type { Credentials } from './client/transport.js';
import { allowsBucket, allowsRoot, lackingCapabilities, namesOfBuckets } from './key-rights.js';
import { marksOf } from './marks.js';
import { noticesOf } from './notices.js';
import { removeUpload, undoingFailure } from './put-object.js';

/** Takes a small file, which `list` doesn't show, through all that an object goes through. Gives what the user should know. */
export async function checkLocation(at: BucketFolder, credentials: Credentials, signal: AbortSignal): Promise<readonly Notice[]> {
  const authorization = await at.client.authorization(signal);
  requireRights(authorization, at);
  const bucket = requireBucket(await at.client.findBucket(at.bucketName, signal), at.bucketName);
  await tryOut(at, signal);
  return noticesOf(at, { authorization, credentials, bucket }, signal);
}

function requireRights(authorization: Authorization, { bucketName, root }: BucketFolder): void {
  const lacking = lackingCapabilities(authorization);
  const denied = (reason: string) => new ProviderError('permission-denied', `The application key ${reason}.`);
  if (lacking.length > 0) throw denied(`lacks the capabilities ${lacking.join(', ')}`);
  if (!allowsBucket(authorization, bucketName)) throw denied(`may use other buckets alone: ${namesOfBuckets(authorization).join(', ')}`);
  if (!allowsRoot(authorization, root)) throw denied(`may use names alone that start with ${JSON.stringify(authorization.namePrefix)}`);
}

async function tryOut(at: BucketFolder, signal: AbortSignal): Promise<void> {
  const { client, bucketName, root } = at;
  const bytes = randomBytes(4096);
  const name = `${root}.holdfast-check-${randomBytes(6).toString('hex')}`;
  const note = await at.notes.begin(name);
  await undoingFailure(at, note, async () => {
    const info = marksOf(at.locationId, note);
    await at.withBucket(signal, ({ urls }) => uploadFile(client, urls, { name, bytes, info }, signal));
    const query = { prefix: name, startName: name, count: 1 };
    const { versions } = await at.withBucket(signal, ({ id: bucketId }) => client.listNames({ bucketId, ...query }, signal));
    if (versions[0]?.name !== name) throw doesNotHold(at, 'a file that was just uploaded is not listed');
    const range = { offset: 0, length: Number.POSITIVE_INFINITY };
    const read = await retry(client.timing.policy, signal, async () => {
      const found = await download(client, { bucketName, fileName: name }, range, signal);
      return found && buffer(found.body);
    });
    if (read === undefined || !bytes.equals(read)) throw doesNotHold(at, 'what is read is not what was uploaded');
    throwIfCancelled(signal);
    if ((await removeUpload(at, note, signal)) === 0) throw doesNotHold(at, 'a file that was just uploaded has no version');
    await at.notes.end(note);
  });
}

function doesNotHold({ bucketName }: BucketFolder, reason: string): ProviderError {
  return new ProviderError('corrupt', `The bucket ${JSON.stringify(bucketName)} does not keep files: ${reason}.`);
}
