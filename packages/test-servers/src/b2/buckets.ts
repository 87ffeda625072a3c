import { randomBytes } from 'node:crypto';
import { ApiError, badRequest, notFound } from './api-error.js';
import { FileVersions } from './file-versions.js';
import { checkLifecycleRules } from './lifecycle-rules.js';
import type { BucketType, LifecycleRule } from './server-interface.js';

export interface Bucket {
  readonly bucketId: string;
  readonly bucketName: string;
  bucketType: BucketType;
  bucketInfo: Readonly<Record<string, string>>;
  lifecycleRules: readonly LifecycleRule[];
  /** Grows with each change of its settings. */
  revision: number;
  readonly versions: FileVersions;
}

interface Settings {
  readonly type?: BucketType | undefined;
  readonly info?: Readonly<Record<string, string>> | undefined;
  readonly lifecycleRules?: readonly LifecycleRule[] | undefined;
}

export interface NewBucket extends Settings {
  readonly name: string;
}

/** The buckets of the account. */
export class Buckets {
  readonly #byId = new Map<string, Bucket>();

  create({ name, type = 'allPrivate', info = {}, lifecycleRules = [] }: NewBucket): Bucket {
    if (!/^[A-Za-z0-9-]{6,63}$/.test(name)) throw badRequest(`Invalid characters in bucketName, or not 6 to 63 of them: ${name}`);
    if (name.toLowerCase().startsWith('b2-')) throw badRequest('Bucket names must not start with "b2-"');
    if (this.named(name) !== undefined) throw new ApiError(400, 'duplicate_bucket_name', 'Bucket name is already in use.');
    const bucket: Bucket = {
      bucketId: randomBytes(12).toString('hex'),
      bucketName: name,
      bucketType: type,
      bucketInfo: info,
      lifecycleRules: checkLifecycleRules(lifecycleRules),
      revision: 2,
      versions: new FileVersions(),
    };
    this.#byId.set(bucket.bucketId, bucket);
    return bucket;
  }

  update(bucket: Bucket, { type, info, lifecycleRules }: Settings): void {
    if (lifecycleRules !== undefined) bucket.lifecycleRules = checkLifecycleRules(lifecycleRules);
    bucket.bucketType = type ?? bucket.bucketType;
    bucket.bucketInfo = info ?? bucket.bucketInfo;
    bucket.revision += 1;
  }

  /** In the order of their names. */
  all(): readonly Bucket[] {
    return [...this.#byId.values()].sort((one, other) => (one.bucketName < other.bucketName ? -1 : 1));
  }

  find(bucketId: string): Bucket | undefined {
    return this.#byId.get(bucketId);
  }

  get(bucketId: string): Bucket {
    const bucket = this.#byId.get(bucketId);
    if (bucket === undefined) throw new ApiError(400, 'bad_bucket_id', `Invalid bucketId: ${bucketId}`);
    return bucket;
  }

  /** Two names that differ in case alone are the same bucket's. */
  named(bucketName: string): Bucket | undefined {
    const wanted = bucketName.toLowerCase();
    return [...this.#byId.values()].find((bucket) => bucket.bucketName.toLowerCase() === wanted);
  }

  getNamed(bucketName: string): Bucket {
    const bucket = this.named(bucketName);
    if (bucket === undefined) throw notFound(`Bucket does not exist: ${bucketName}`);
    return bucket;
  }

  delete(bucket: Bucket): void {
    if (!bucket.versions.isEmpty) throw new ApiError(400, 'cannot_delete_non_empty_bucket', 'Cannot delete non-empty bucket');
    this.#byId.delete(bucket.bucketId);
  }
}
