import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BodyPiece, ObjectInfo, PutOptions } from '@holdfast/core/provider-api';
import { throwIfCancelled } from './cancellation.js';
import { requireRoom } from './free-space.js';
import { isErrno } from './fs-error.js';
import { requireMarker } from './marker.js';
import { toInfo } from './object-info.js';
import { type ObjectPath, pathToStore, refuseCaseTwin } from './object-path.js';
import { newTemporaryName } from './own-files.js';
import type { LocationFolder } from './location-folder.js';
import { makeFolders, removeEmptyFolders } from './subfolders.js';
import { syncFile, syncFolder } from './sync.js';
import { writePieces } from './write-pieces.js';

const bytesBetweenRoomChecks = 64 * 1024 * 1024;

/** Stores an object: a temporary file in the folder where it will stay, synced, renamed, and the folder synced too. */
export async function putObject(
  at: LocationFolder,
  key: string,
  pieces: AsyncIterable<BodyPiece>,
  options: PutOptions,
): Promise<ObjectInfo> {
  const object = pathToStore(at.root, key);
  await requireMarker(at);
  await requireRoom(at.root, options.size);
  await refuseCaseTwin(at.root, key);
  const { file, path, made } = await createTemporary(at, object);
  try {
    const info = await fill(file, key, pieces, at.root);
    throwIfCancelled(options.signal);
    await rename(path, object.path);
    for (const folder of [object.path, ...made.toReversed()]) await syncFolder(dirname(folder));
    return info;
  } catch (error) {
    await rm(path, { force: true }).catch((reason: unknown) => at.log.warn(`A leftover stays until the next sweep: ${String(reason)}`));
    await removeEmptyFolders(made);
    throw error;
  }
}

async function fill(file: FileHandle, key: string, pieces: AsyncIterable<BodyPiece>, root: string): Promise<ObjectInfo> {
  try {
    let checked = 0;
    await writePieces(file, pieces, async (written) => {
      if (written - checked < bytesBetweenRoomChecks) return;
      checked = written;
      await requireRoom(root, undefined);
    });
    await syncFile(file);
    return toInfo(key, await file.stat());
  } finally {
    await file.close();
  }
}

async function createTemporary(at: LocationFolder, object: ObjectPath): Promise<{ file: FileHandle; path: string; made: string[] }> {
  for (let attempt = 1; ; attempt += 1) {
    const made = await makeFolders(object);
    const path = join(dirname(object.path), newTemporaryName('upload', at.locationId));
    try {
      return { file: await open(path, 'wx', 0o600), path, made };
    } catch (error) {
      await removeEmptyFolders(made);
      // Another call may have removed the subfolder as empty just before.
      if (attempt === 5 || object.folders.length === 0 || !isErrno(error, 'ENOENT')) throw error;
    }
  }
}
