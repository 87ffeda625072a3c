import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { isReadableKey, type ObjectInfo } from '@holdfast/core/provider-api';
import { throwIfCancelled } from '@holdfast/object-storage';
import type { Bucket } from './bucket.js';
import { strangeAnswer } from './call-error.js';
import { plainName } from './plain-name.js';
import { toInfo } from './object-info.js';

/** The objects whose keys start with the prefix, page by page; services have them in the order of their bytes. */
export async function* listObjects(bucket: Bucket, prefix: string, signal: AbortSignal): AsyncGenerator<ObjectInfo> {
  const { Bucket, Key } = bucket.at(prefix);
  const skipped = bucket.address.prefix.length;
  for (let token: string | undefined; ; ) {
    // Not all characters that a name may have can stand in XML.
    const input = { Bucket, Prefix: Key, EncodingType: 'url' as const, ...(token !== undefined && { ContinuationToken: token }) };
    const page = await bucket.call({ doing: 'Listing the objects', signal }, (client, options) =>
      client.send(new ListObjectsV2Command(input), options),
    );
    // Taken for an empty one, it would hide all that is there.
    if (page.IsTruncated === undefined) throw strangeAnswer('Listing the objects');
    for (const { Key: name, Size: size, LastModified: modified } of page.Contents ?? []) {
      throwIfCancelled(signal);
      const key = plainName(name ?? '', page.EncodingType).slice(skipped);
      if (isReadableKey(key)) yield toInfo(key, { size, modified });
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
    if (token === undefined) return;
  }
}
