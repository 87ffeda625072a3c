import { unauthorized } from './api-error.js';
import type { Bucket } from './buckets.js';
import type { ApplicationKey, Capability } from './keys.js';

/** What a key may do. Each method throws `unauthorized` where it may not. */
export class Access {
  readonly key: ApplicationKey;

  constructor(key: ApplicationKey) {
    this.key = key;
  }

  require(capability: Capability): void {
    if (!this.key.capabilities.includes(capability)) throw unauthorized();
  }

  requireBucket(bucketId: string): void {
    if (this.key.bucketIds?.includes(bucketId) === false) throw unauthorized();
  }

  /** Also for the prefix of names that are listed: it must lie within what the key may see. */
  requireName(name: string): void {
    if (!name.startsWith(this.key.namePrefix ?? '')) throw unauthorized();
  }

  requireFile(capability: Capability, bucketId: string, fileName: string): void {
    this.require(capability);
    this.requireBucket(bucketId);
    this.requireName(fileName);
  }

  maySee(bucket: Bucket): boolean {
    return this.key.bucketIds?.includes(bucket.bucketId) ?? true;
  }
}
