import { lstat, mkdir, open, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProviderError } from '@holdfast/core/provider-api';
import { fsError, isErrno } from './fs-error.js';
import { markerName } from './own-files.js';
import type { LocationFolder } from './location-folder.js';
import { syncFile, syncFolder } from './sync.js';

const forPeople =
  'Holdfast keeps backups in this folder. Leave this file where it is: without it the folder is taken for the empty mount point of a disk that is not there.';

/** Makes the folder where the one above it exists, and puts this location's marker into it. */
export async function claimFolder(at: LocationFolder): Promise<void> {
  const made = await makeFolder(at.root);
  try {
    await writeMarker(at);
    await syncFolder(at.root);
    if (made) await syncFolder(dirname(at.root));
  } catch (error) {
    if (made) await rmdir(at.root).catch(() => {});
    throw fsError(error, 'Preparing the folder', at.root);
  }
}

/**
 * Fails with `unavailable` if this location's marker is missing: then the folder is most likely an empty mount point. Each location has a marker of its
 * own, so that an older one, left on the disk below the mount point, can't be mistaken for it.
 */
export async function requireMarker(at: LocationFolder): Promise<void> {
  const name = markerName(at.locationId);
  try {
    await lstat(join(at.root, name));
    return;
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
  const folder = JSON.stringify(at.root);
  const found = (await isThere(at.root))
    ? `The folder ${folder} is there, but not the marker file ${name}`
    : `The folder ${folder} is not there`;
  throw new ProviderError(
    'unavailable',
    `${found}: the disk or share that holds it is most likely not mounted. Mount it and try again. ` +
      'If it is a new or an emptied disk, remove the location and add it again.',
  );
}

async function writeMarker(at: LocationFolder): Promise<void> {
  const path = join(at.root, markerName(at.locationId));
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      const content = { version: 1, locationId: at.locationId, createdAt: new Date().toISOString(), note: forPeople };
      await file.writeFile(`${JSON.stringify(content, undefined, 2)}\n`);
      await syncFile(file);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}

/** True if it was made, false if it was there. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    if (isErrno(error, 'ENOENT')) {
      throw new ProviderError('invalid-config', `The folder above ${JSON.stringify(path)} does not exist.`, {
        field: 'path',
        cause: error,
      });
    }
    throw fsError(error, 'Making the folder', path);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
