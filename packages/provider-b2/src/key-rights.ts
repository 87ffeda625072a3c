import type { Authorization } from './client/authorization.js';
import type { Credentials } from './client/transport.js';

/** What a key must be allowed to do. */
const needed = ['listBuckets', 'listFiles', 'readFiles', 'writeFiles', 'deleteFiles'] as const;

/** Those of the capabilities needed that the key lacks. */
export function lackingCapabilities({ capabilities }: Authorization): readonly string[] {
  return needed.filter((capability) => !capabilities.has(capability));
}

/** Whether the key may use the bucket of this name, as far as it tells. */
export function allowsBucket({ buckets }: Authorization, bucketName: string): boolean {
  return buckets === undefined || buckets.some(({ name }) => name?.toLowerCase() === bucketName.toLowerCase());
}

/** The names of the buckets that a key is limited to; those that are gone have none. */
export function namesOfBuckets({ buckets = [] }: Authorization): readonly string[] {
  return buckets.flatMap(({ name }) => name ?? []);
}

/** Whether the key may use all names that start with `root`. The key's own prefix may have been typed with or without `/` at its end. */
export function allowsRoot({ namePrefix }: Authorization, root: string): boolean {
  return root.startsWith(namePrefix);
}

/** The account's first key, which may do everything; its id is the account's. */
export function isMasterKey({ accountId }: Authorization, { keyId }: Credentials): boolean {
  return accountId === keyId;
}
