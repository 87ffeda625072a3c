import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { isObjectKey, ProviderError } from '@holdfast/core/provider-api';
import { isFailure } from './call-error.js';
import type { OpenLocation } from './open-location.js';
import { removeVersions } from './remove-versions.js';

/** Deletes an object, and where the bucket keeps versions also those, if it is one of ours. */
export async function deleteObject({ bucket, facts }: OpenLocation, key: string, signal: AbortSignal): Promise<void> {
  const doing = `Deleting ${JSON.stringify(key)}`;
  try {
    const answer = await bucket.call({ doing, signal }, (client, options) => client.send(new DeleteObjectCommand(bucket.at(key)), options));
    // Such an answer tells that the bucket keeps versions, also if that was switched on only now.
    const keepsVersions = answer.VersionId !== undefined || answer.DeleteMarker === true;
    if (keepsVersions && isObjectKey(key)) await removeVersions(bucket, bucket.at(key).Key, signal);
  } catch (error) {
    if (isFailure(error, 'no-object')) return;
    const isLocked = isFailure(error, 'denied') && (await facts.read())?.locksObjects === true;
    if (!isLocked) throw error;
    throw new ProviderError('permission-denied', `${doing} failed: the bucket locks its objects, and this one is not free yet.`);
  }
}
