import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isObjectKey, isReadableKey, ProviderError } from '@holdfast/core/provider-api';
import { isErrno } from './fs-error.js';

/** Where an object lies: its folder and its name there. */
export interface ObjectPath {
  readonly path: string;
  /** The subfolders' paths, outermost first; the last one holds the object. Empty if it lies in the location's folder itself. */
  readonly folders: readonly string[];
}

/** The path for an object that is stored by Holdfast. */
export function pathToStore(root: string, key: string): ObjectPath {
  if (!isObjectKey(key)) throw new ProviderError('internal', `${JSON.stringify(key)} is not a key under which an object may be stored.`);
  return toPath(root, key);
}

/** The path for an object that may also be another program's. */
export function pathToRead(root: string, key: string): ObjectPath {
  // A colon names a drive or a file's second stream on Windows.
  const harmful = process.platform === 'win32' && key.includes(':');
  if (!isReadableKey(key) || harmful) throw new ProviderError('internal', `${JSON.stringify(key)} is not a key that an object can have.`);
  return toPath(root, key);
}

/** False if one of the subfolders is missing or isn't a real folder: through a symbolic link the way may lead anywhere. */
export async function hasRealFolders(object: ObjectPath): Promise<boolean> {
  try {
    for (const folder of object.folders) {
      if (!(await lstat(folder)).isDirectory()) return false;
    }
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

/**
 * Refuses a name beside which one exists that differs in case alone: on a case-insensitive file system, or once
 * the folder is copied to one, the two would be the same file.
 */
export async function refuseCaseTwin(root: string, key: string): Promise<void> {
  let folder = root;
  for (const part of key.split('/')) {
    const names = await namesIn(folder);
    const twin = names.find((name) => name !== part && name.toLowerCase() === part.toLowerCase());
    if (twin !== undefined) {
      const text = `${JSON.stringify(key)} can't be stored: ${JSON.stringify(join(folder, twin))} is there already and differs in case alone.`;
      throw new ProviderError('internal', text);
    }
    if (!names.includes(part)) return;
    folder = join(folder, part);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrno(error, 'ENOTDIR')) return [];
    throw error;
  }
}

function toPath(root: string, key: string): ObjectPath {
  const parts = key.split('/');
  return { path: join(root, ...parts), folders: parts.slice(1).map((_, index) => join(root, ...parts.slice(0, index + 1))) };
}
