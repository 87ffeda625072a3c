import { createHash } from 'node:crypto';
import { type GetOptions, ProviderError } from '@holdfast/core/provider-api';
import { resumingStream, retry } from '@holdfast/object-storage';
import type { BucketFolder } from './bucket-folder.js';
import { type Download, download, notThere } from './client/download.js';
import { headObject } from './list-objects.js';

/**
 * The object's bytes from `offset`, at most `length` of them. The first answer tells which version it is, and what is fetched later,
 * when the connection has broken, is of that one. A whole object is compared with its SHA-1 where that is known.
 */
export async function getObject(at: BucketFolder, key: string, options: GetOptions): Promise<ReadableStream<Uint8Array>> {
  const { offset = 0, length = Number.POSITIVE_INFINITY, signal } = options;
  if (!isCount(offset) || !(isCount(length) || length === Number.POSITIVE_INFINITY)) {
    throw new ProviderError('internal', `A range is asked for that can't be: offset ${offset}, length ${length}.`);
  }
  const found = length === 0 ? await requireObject(at, key, signal) : await openFirst(at, key, { offset, length }, signal);
  if (found === undefined) return emptyStream();
  const { client } = at;
  const { body: first, fileId, size, sha1 } = found;
  const wanted = Math.min(length, size - offset);
  if (wanted <= 0) {
    first.destroy();
    return emptyStream();
  }
  const stream = resumingStream({
    first,
    open: async (offset, length, signal) => {
      const more = await download(client, { fileId }, { offset, length }, signal);
      if (more?.size === size) return more.body;
      more?.body.destroy();
      throw new ProviderError('corrupt', `${JSON.stringify(key)} has become shorter or longer while it was read.`);
    },
    offset,
    length: wanted,
    policy: client.timing.policy,
    idleMs: client.timing.downloadIdleMs,
    signal,
  });
  return sha1 !== undefined && wanted === size ? compared(stream, sha1, key) : stream;
}

async function openFirst(
  { client, bucketName, root }: BucketFolder,
  key: string,
  range: { readonly offset: number; readonly length: number },
  signal: AbortSignal,
): Promise<Download | undefined> {
  const fileName = `${root}${key}`;
  return retry(client.timing.policy, signal, () => download(client, { bucketName, fileName }, range, signal));
}

/** Nothing is wanted of it, but it has to be there. */
async function requireObject(at: BucketFolder, key: string, signal: AbortSignal): Promise<undefined> {
  if ((await headObject(at, key, signal)) === undefined) throw notThere(key);
}

/** The same bytes; the stream fails at its end if they aren't those that were stored. */
function compared(stream: ReadableStream<Uint8Array>, sha1: string, key: string): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  const hash = createHash('sha1');
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (!done) {
          hash.update(value);
          controller.enqueue(value);
          return;
        }
        if (hash.digest('hex') !== sha1) {
          throw new ProviderError(
            'corrupt',
            `${JSON.stringify(key)} is not what was stored: its SHA-1 differs from the one that Backblaze B2 keeps.`,
          );
        }
        controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function emptyStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
