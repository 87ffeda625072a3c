import { lstat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallOptions, isReadableKey } from '@holdfast/core/provider-api';
import { throwIfCancelled } from './cancellation.js';
import { isErrno } from './fs-error.js';
import { requireMarker } from './marker.js';
import { writerOf } from './own-files.js';
import type { LocationFolder } from './location-folder.js';
import { isAlive } from './process-identity.js';
import { readFolder } from './read-folder.js';
import { removeEmptyFolders } from './subfolders.js';

/** How long a file of which nobody here knows the writer must not have changed before it counts as left over, milliseconds. */
const silence = 24 * 60 * 60 * 1000;

/** Removes this location's temporary files whose writer is dead; returns how many. */
export async function sweepFolder(at: LocationFolder, options: CallOptions): Promise<number> {
  await requireMarker(at);
  return sweepBelow(at, [], options.signal);
}

/** `folders` are the subfolders' paths down to the one that is swept, outermost first. */
async function sweepBelow(at: LocationFolder, folders: readonly string[], signal: AbortSignal): Promise<number> {
  const folder = folders.at(-1) ?? at.root;
  let removed = 0;
  for (const { name, kind } of await readFolder(folder)) {
    throwIfCancelled(signal);
    const path = join(folder, name);
    if (kind === 'folder') {
      if (isReadableKey(name)) removed += await sweepSubfolder(at, [...folders, path], signal);
    } else if (await removeIfLeftOver(at, path, name)) {
      removed += 1;
    }
  }
  if (removed > 0) await removeEmptyFolders(folders);
  return removed;
}

/** What can't be read can't have been written by this location either, so it is no reason to fail. */
async function sweepSubfolder(at: LocationFolder, folders: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    return await sweepBelow(at, folders, signal);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return 0;
    throw error;
  }
}

async function removeIfLeftOver(at: LocationFolder, path: string, name: string): Promise<boolean> {
  const writer = writerOf(name, at.locationId);
  if (writer === undefined) return false;
  const alive = isAlive(writer);
  if (alive === true) return false;
  try {
    if (alive === undefined && Date.now() - (await lstat(path)).mtimeMs < silence) return false;
    await unlink(path);
    at.log.info(`Removed ${JSON.stringify(path)}, which was left over from an upload that did not finish.`);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}
