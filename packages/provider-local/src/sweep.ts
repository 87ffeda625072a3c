import { lstat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallOptions, isReadableKey } from '@holdfast/core/provider-api';
import { throwIfCancelled } from './cancellation.js';
import { isErrno } from './fs-error.js';
import { requireMarker } from './marker.js';
import { writerOf } from './own-files.js';
import type { Place } from './place.js';
import { isAlive } from './process-identity.js';
import { readFolder } from './read-folder.js';
import { removeEmptyFolders } from './subfolders.js';

/** How long a file of which nobody here knows the writer must not have changed before it counts as left over, milliseconds. */
const silence = 24 * 60 * 60 * 1000;

/** Removes this location's temporary files whose writer is dead; returns how many. */
export async function sweepFolder(place: Place, options: CallOptions): Promise<number> {
  await requireMarker(place);
  return sweepBelow(place, [], options.signal);
}

/** `folders` are the subfolders' paths down to the one that is swept, outermost first. */
async function sweepBelow(place: Place, folders: readonly string[], signal: AbortSignal): Promise<number> {
  const folder = folders.at(-1) ?? place.root;
  let removed = 0;
  for (const { name, kind } of await readFolder(folder)) {
    throwIfCancelled(signal);
    const path = join(folder, name);
    if (kind === 'folder') {
      if (isReadableKey(name)) removed += await sweepSubfolder(place, [...folders, path], signal);
    } else if (await removeIfLeftOver(place, path, name)) {
      removed += 1;
    }
  }
  if (removed > 0) await removeEmptyFolders(folders);
  return removed;
}

/** What can't be read can't have been written by this location either, so it is no reason to fail. */
async function sweepSubfolder(place: Place, folders: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    return await sweepBelow(place, folders, signal);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return 0;
    throw error;
  }
}

async function removeIfLeftOver(place: Place, path: string, name: string): Promise<boolean> {
  const writer = writerOf(name, place.locationId);
  if (writer === undefined) return false;
  const alive = isAlive(writer);
  if (alive === true) return false;
  try {
    if (alive === undefined && Date.now() - (await lstat(path)).mtimeMs < silence) return false;
    await unlink(path);
    place.log.info(`Removed ${JSON.stringify(path)}, which was left over from an upload that did not finish.`);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}
