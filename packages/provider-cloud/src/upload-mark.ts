import { randomBytes } from 'node:crypto';
import type { ObjectInfo } from '@holdfast/core/provider-api';
import type { Bucket } from './bucket.js';
import { describeObject, toInfo } from './object-info.js';

const name = 'holdfast-upload';

/** Stored with an object, so that it is known for ours even where the answer to its upload was lost. */
export type UploadMark = Readonly<Record<typeof name, string>>;

export function newUploadMark(): UploadMark {
  return { [name]: randomBytes(12).toString('hex') };
}

/** What is stored under the key if it has this mark. */
export async function findMarked(bucket: Bucket, key: string, mark: UploadMark, signal: AbortSignal): Promise<ObjectInfo | undefined> {
  const found = await describeObject(bucket, key, signal);
  if (found?.Metadata?.[name] !== mark[name]) return undefined;
  return toInfo(key, { size: found.ContentLength, modified: found.LastModified });
}
