import { isReadableKey, type ObjectInfo } from '@holdfast/core/provider-api';
import { throwIfCancelled } from '@holdfast/object-storage';
import type { BucketFolder } from './bucket-folder.js';
import { strangeAnswer } from './client/b2-error.js';
import { toInfo } from './object-info.js';

/** Names of one page; B2 counts each thousand as a call. */
const pageSize = 1_000;

/** The location's objects in the order of their names' bytes, which is B2's own. */
export async function* listObjects(at: BucketFolder, prefix: string, signal: AbortSignal): AsyncIterable<ObjectInfo> {
  throwIfCancelled(signal);
  // B2 refuses to look for what no name may have.
  if (!isReadableKey(`${prefix}x`)) return;
  let startName: string | undefined;
  do {
    const query = { prefix: `${at.root}${prefix}`, startName, count: pageSize };
    const page = await at.withBucket(signal, ({ id: bucketId }) => at.client.listNames({ bucketId, ...query }, signal));
    for (const version of page.versions) {
      throwIfCancelled(signal);
      const key = version.name.slice(at.root.length);
      if (version.action === 'upload' && version.name.startsWith(query.prefix) && isReadableKey(key)) yield toInfo(key, version);
    }
    if (page.nextName !== undefined && page.nextName === startName) throw strangeAnswer('Listing the files');
    startName = page.nextName;
  } while (startName !== undefined);
}

/** What is stored under the key, undefined if nothing is. */
export async function headObject(at: BucketFolder, key: string, signal: AbortSignal): Promise<ObjectInfo | undefined> {
  const name = `${at.root}${key}`;
  const query = { prefix: name, startName: name, count: 1 };
  const { versions } = await at.withBucket(signal, ({ id: bucketId }) => at.client.listNames({ bucketId, ...query }, signal));
  const found = versions.find((version) => version.name === name && version.action === 'upload');
  return found && toInfo(key, found);
}
