import { lstat, mkdir, rmdir } from 'node:fs/promises';
import { ProviderError } from '@holdfast/core/provider-api';
import { isErrno } from './fs-error.js';
import type { ObjectPath } from './object-path.js';

/** Makes the object's subfolders where missing; returns those that were made. */
export async function makeFolders(object: ObjectPath): Promise<string[]> {
  const made: string[] = [];
  try {
    for (const folder of object.folders) {
      if (await makeFolder(folder)) made.push(folder);
    }
    return made;
  } catch (error) {
    await removeEmptyFolders(made);
    throw error;
  }
}

/** Removes the folders, innermost last in the list, that are empty. Others may be using them: what fails, stays. */
export async function removeEmptyFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}

/** True if it was made, false if it was there. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    if (!(await lstat(path)).isDirectory()) throw notAFolder(path);
    return false;
  }
}

function notAFolder(path: string): ProviderError {
  return new ProviderError('internal', `${JSON.stringify(path)} is in the way: it is a link or a file, and nothing is written through it.`);
}
