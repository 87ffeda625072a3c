import { join } from 'node:path';
import { type CallOptions, isReadableKey, type ObjectInfo } from '@holdfast/core/provider-api';
import { throwIfCancelled } from './cancellation.js';
import { isErrno } from './fs-error.js';
import { requireMarker } from './marker.js';
import { infoAt } from './object-info.js';
import type { LocationFolder } from './location-folder.js';
import { type FolderEntry, readFolder } from './read-folder.js';

/** A share answers many questions at once in little more time than one. */
const filesAtOnce = 64;

/** All objects whose key starts with `prefix`. Holds one folder's names at a time, and those of the folders above it. */
export async function* listObjects(at: LocationFolder, prefix: string, options: CallOptions): AsyncGenerator<ObjectInfo, void, undefined> {
  let found = false;
  for await (const info of listEntries(at.root, '', await readRoot(at), prefix, options.signal)) {
    found = true;
    yield info;
  }
  // An empty mount point must not be taken for a place without backups.
  if (!found) await requireMarker(at);
}

async function* listEntries(
  folder: string,
  above: string,
  entries: readonly FolderEntry[],
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<ObjectInfo, void, undefined> {
  const wanted = entries.filter(({ name, kind }) => {
    const key = above + name;
    if (!isReadableKey(key)) return false;
    return kind === 'file' ? key.startsWith(prefix) : prefix.startsWith(`${key}/`) || `${key}/`.startsWith(prefix);
  });
  for (let at = 0; at < wanted.length; at += filesAtOnce) {
    throwIfCancelled(signal);
    const some = wanted.slice(at, at + filesAtOnce);
    const infos = await Promise.all(
      some.map(async ({ name, kind }) => (kind === 'file' ? infoAt(join(folder, name), above + name) : undefined)),
    );
    for (const [index, { name, kind }] of some.entries()) {
      const info = infos[index];
      if (info !== undefined) yield info;
      if (kind === 'folder')
        yield* listEntries(join(folder, name), `${above}${name}/`, await readSubfolder(join(folder, name)), prefix, signal);
    }
  }
}

async function readRoot(at: LocationFolder): Promise<FolderEntry[]> {
  try {
    return await readFolder(at.root);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) await requireMarker(at);
    throw error;
  }
}

/** Empty if the folder has gone meanwhile. */
async function readSubfolder(path: string): Promise<FolderEntry[]> {
  try {
    return await readFolder(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
