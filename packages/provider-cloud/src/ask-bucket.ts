import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { isProviderError } from '@holdfast/core/provider-api';
import type { Bucket } from './bucket.js';
import type { BucketFacts } from './bucket-facts.js';
import { isFailure } from './call-error.js';
import { s3Client } from './s3-client.js';

/** What the bucket says of itself. Many keys may not ask, and many services don't know the questions: then nothing is known. */
export interface BucketAnswers {
  readonly known: Pick<BucketFacts, 'keepsVersions' | 'locksObjects'>;
  /** Anybody can read what is in it, or list it. */
  readonly isPublic: boolean;
  /** The key may not look for unfinished uploads. */
  readonly hidesUploads: boolean;
  /** Its lifecycle rules delete objects under the prefix after some time. */
  readonly expires: boolean;
  /** They move them to an archive, from which they can't be read at once. */
  readonly archives: boolean;
}

/** `name` is that of an object that is there. */
export async function askBucket(bucket: Bucket, name: string, signal: AbortSignal): Promise<BucketAnswers> {
  const Bucket = bucket.address.bucket;
  const ask = async <T>(doing: string, request: Parameters<typeof bucket.call<T>>[1]): Promise<T | 'refused' | undefined> => {
    try {
      return await bucket.call({ doing, signal, policy: { ...bucket.policy, attempts: 2 } }, request);
    } catch (error) {
      if (isProviderError(error) && error.code === 'cancelled') throw error;
      return isFailure(error, 'denied') ? 'refused' : undefined;
    }
  };
  const [versions, lock, uploads, lifecycle, isPublic] = await Promise.all([
    ask('Asking for versions', (client, options) => client.send(new GetBucketVersioningCommand({ Bucket }), options)),
    ask('Asking for locks', (client, options) => client.send(new GetObjectLockConfigurationCommand({ Bucket }), options)),
    ask('Asking for uploads', (client, options) => client.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1 }), options)),
    ask('Asking for rules', (client, options) => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }), options)),
    isOpenToAll(bucket, name, signal),
  ]);
  const rules = (typeof lifecycle === 'object' ? (lifecycle.Rules ?? []) : []).filter((rule) => concerns(rule, bucket.address.prefix));
  return {
    known: {
      ...(typeof versions === 'object' && { keepsVersions: versions.Status === 'Enabled' }),
      ...(typeof lock === 'object' && { locksObjects: lock.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled' }),
    },
    isPublic,
    hidesUploads: uploads === 'refused',
    expires: rules.some(({ Expiration }) => Expiration?.Days !== undefined || Expiration?.Date !== undefined),
    archives: rules.some(({ Transitions = [] }) =>
      Transitions.some(({ StorageClass }) => /^(GLACIER|DEEP_ARCHIVE)$/.test(StorageClass ?? '')),
    ),
  };
}

function concerns({ Status, Filter, Prefix }: LifecycleRule, prefix: string): boolean {
  const wanted = Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? '';
  // What is stored by us has no tags, and rules for these don't concern it.
  const forTags = Filter?.Tag !== undefined || (Filter?.And?.Tags?.length ?? 0) > 0;
  return Status === 'Enabled' && !forTags && (wanted.startsWith(prefix) || prefix.startsWith(wanted));
}

/** Asks as somebody without any key. */
async function isOpenToAll({ address }: Bucket, name: string, signal: AbortSignal): Promise<boolean> {
  const anybody = s3Client(address, { anonymous: true });
  const options = { abortSignal: AbortSignal.any([signal, AbortSignal.timeout(20_000)]) };
  const at = { Bucket: address.bucket };
  try {
    await Promise.any([
      anybody.send(new GetObjectCommand({ ...at, Key: name }), options).then(({ Body }) => Body?.transformToByteArray()),
      anybody.send(new ListObjectsV2Command({ ...at, Prefix: name, MaxKeys: 1 }), options),
    ]);
    return true;
  } catch {
    return false;
  } finally {
    anybody.destroy();
  }
}
