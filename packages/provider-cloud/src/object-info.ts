import { HeadBucketCommand, HeadObjectCommand, type HeadObjectCommandOutput, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ObjectInfo } from '@holdfast/core/provider-api';
import type { Bucket } from './bucket.js';
import { isFailure, strangeAnswer } from './call-error.js';

/** The contract's view of what the service tells. Answers to HEAD have no fractions of seconds, so no answer has. */
export function toInfo(
  key: string,
  { size = 0, modified }: { readonly size: number | undefined; readonly modified: Date | undefined },
): ObjectInfo {
  const seconds = Math.floor((modified?.getTime() ?? 0) / 1000);
  return { key, size, modifiedAt: new Date(Number.isFinite(seconds) ? seconds * 1000 : 0).toISOString() };
}

/** What is stored under the key, `undefined` if nothing is. */
export async function headObject(bucket: Bucket, key: string, signal: AbortSignal): Promise<ObjectInfo | undefined> {
  const answer = await describeObject(bucket, key, signal);
  return answer && toInfo(key, { size: answer.ContentLength, modified: answer.LastModified });
}

/** All that the service tells of an object, `undefined` if there is none. */
export async function describeObject(bucket: Bucket, key: string, signal: AbortSignal): Promise<HeadObjectCommandOutput | undefined> {
  const call = { doing: `Looking for ${JSON.stringify(key)}`, signal };
  try {
    return await bucket.call(call, async (client, options) => {
      const answer = await client.send(new HeadObjectCommand(bucket.at(key)), options);
      if (answer.ETag === undefined) throw strangeAnswer(call.doing);
      return answer;
    });
  } catch (error) {
    if (isFailure(error, 'no-object')) {
      await requireBucket(bucket, signal);
      return undefined;
    }
    if (isFailure(error, 'denied', 'unexpected', 'region')) await askForReason(bucket, key, signal);
    throw error;
  }
}

/** Whether the bucket itself is there: where it is missing, nobody knows what was in it. */
async function requireBucket(bucket: Bucket, signal: AbortSignal): Promise<void> {
  const { Bucket } = bucket.at('');
  try {
    await bucket.call({ doing: 'Looking for the bucket', signal }, (client, options) =>
      client.send(new HeadBucketCommand({ Bucket }), options),
    );
  } catch (error) {
    if (!isFailure(error, 'no-object')) return;
    // This answer says what is missing.
    await askForReason(bucket, '', signal);
  }
}

/** An answer to HEAD has no body to say what is wrong. One to a list has, and fails for the same reasons. */
async function askForReason(bucket: Bucket, key: string, signal: AbortSignal): Promise<void> {
  const { Bucket, Key } = bucket.at(key);
  const input = { Bucket, Prefix: Key, MaxKeys: 1 };
  await bucket.call({ doing: `Looking for ${JSON.stringify(key)}`, signal }, (client, options) =>
    client.send(new ListObjectsV2Command(input), options),
  );
}
