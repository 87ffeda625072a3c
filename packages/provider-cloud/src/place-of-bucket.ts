import type { Place } from '@holdfast/core/provider-api';
import type { BucketAddress } from './bucket-address.js';

/** Names the bucket in the same way however it is reached; the provider for B2's own interface names Backblaze's in this way too. */
export function placeOfBucket({ endpoint, bucket, prefix }: BucketAddress): Place {
  const { host } = new URL(endpoint);
  return { root: rootOf(host.toLowerCase(), bucket), path: prefix.replace(/\/$/, '') };
}

function rootOf(host: string, bucket: string): string {
  if (/^s3\.[a-z0-9-]+\.backblazeb2\.com$/.test(host)) return `b2:${bucket.toLowerCase()}`;
  // Amazon has each name once, whatever region the bucket is in.
  if (/(^|\.)amazonaws\.com(\.cn)?$/.test(host)) return `s3:aws:${bucket}`;
  return `s3:${host}:${bucket}`;
}
