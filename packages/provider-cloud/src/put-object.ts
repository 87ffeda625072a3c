import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  type BodyPiece,
  isObjectKey,
  isProviderError,
  ProviderError,
  type PutOptions,
  type StoredObject,
} from '@holdfast/core/provider-api';
import { firstOf, partSchedule, partsOf, throwIfCancelled } from '@holdfast/object-storage';
import { strangeAnswer } from './call-error.js';
import { storeInParts } from './multipart-upload.js';
import type { OpenLocation } from './open-location.js';
import { storedObject } from './stored-object.js';
import { findMarked, newUploadMark } from './upload-mark.js';

/** The least that services take as a part that isn't the last. */
const minimumBytes = 5 * 2 ** 20;
/** A cancelled call has to come to its end soon. */
const afterwardsMs = 2_000;

/** Stores an object: a short one by a single request, a longer one in parts. Either way it is there as a whole or not at all. */
export async function putObject(
  at: OpenLocation,
  key: string,
  body: ReadableStream<Uint8Array> | ReadableStream<BodyPiece>,
  { signal, size }: PutOptions,
): Promise<StoredObject> {
  if (!isObjectKey(key)) throw new ProviderError('internal', `${JSON.stringify(key)} is not a key under which an object may be stored.`);
  const sizeOf = partSchedule({ minimumBytes, equal: at.bucket.address.equalParts, ...(size !== undefined && { size }) });
  await using pieces = await firstOf(partsOf(body, sizeOf, signal));
  return await (pieces.first.last ? putWhole(at, key, pieces.first.bytes, signal) : storeInParts(at, key, pieces.parts, signal));
}

async function putWhole(at: OpenLocation, key: string, bytes: Buffer, signal: AbortSignal): Promise<StoredObject> {
  const { bucket } = at;
  const digest = createHash('md5').update(bytes).digest();
  const mark = newUploadMark();
  const input = {
    ...bucket.at(key),
    Body: bytes,
    ContentLength: bytes.length,
    ContentMD5: digest.toString('base64'),
    Metadata: { ...mark },
  };
  throwIfCancelled(signal);
  const call = { doing: `Writing ${JSON.stringify(key)}`, signal, limitMs: Number.POSITIVE_INFINITY };
  let attempts = 0;
  try {
    const { ETag } = await bucket.call(call, (client, options, attempt) => {
      attempts = attempt;
      return client.send(new PutObjectCommand(input), options);
    });
    if (ETag === undefined) throw strangeAnswer(call.doing);
    const isSame = ETag.replaceAll('"', '') === digest.toString('hex');
    return await storedObject(at, key, mark, { size: bytes.length, isSame });
  } catch (error) {
    // An answer may have been lost, or not waited for, when it was stored already.
    const mayBeThere = attempts > 1 || (isProviderError(error) && ['unavailable', 'cancelled'].includes(error.code));
    const found = mayBeThere ? await findMarked(bucket, key, mark, AbortSignal.timeout(afterwardsMs)).catch(() => undefined) : undefined;
    if (found === undefined) throw error;
    return storedObject(at, key, mark, { size: bytes.length, isSame: false });
  }
}
