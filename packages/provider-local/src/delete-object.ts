import { unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrno } from './fs-error.js';
import { requireMarker } from './marker.js';
import { infoAt } from './object-info.js';
import { hasRealFolders, pathToRead } from './object-path.js';
import type { LocationFolder } from './location-folder.js';
import { removeEmptyFolders } from './subfolders.js';
import { syncFolder } from './sync.js';

/** Deletes an object, and its subfolders that are empty then. */
export async function deleteObject(at: LocationFolder, key: string): Promise<void> {
  const object = pathToRead(at.root, key);
  await requireMarker(at);
  if (!(await hasRealFolders(object)) || (await infoAt(object.path, key)) === undefined) return;
  try {
    await unlink(object.path);
    await syncFolder(dirname(object.path));
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
  await removeEmptyFolders(object.folders);
}
