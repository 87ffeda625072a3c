import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { ObjectInfo } from '@holdfast/core/provider-api';
import { isErrno } from './fs-error.js';

export function toInfo(key: string, { size, mtimeMs }: Stats): ObjectInfo {
  const modified = new Date(mtimeMs);
  // A damaged file system may give a time beyond what a date can hold.
  return { key, size, modifiedAt: (Number.isNaN(modified.getTime()) ? new Date(0) : modified).toISOString() };
}

/** What is known of the file at `path`; `undefined` if there is none, or something that is no regular file. */
export async function infoAt(path: string, key: string): Promise<ObjectInfo | undefined> {
  try {
    const stats = await lstat(path);
    return stats.isFile() ? toInfo(key, stats) : undefined;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
