import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type GetOptions, ProviderError } from '@holdfast/core/provider-api';
import { isErrno } from './fs-error.js';
import { requireMarker } from './marker.js';
import { hasRealFolders, type ObjectPath, pathToRead } from './object-path.js';
import type { LocationFolder } from './location-folder.js';
import { streamRange } from './stream-range.js';

// Not through a link, and not waiting for a writer if it is a pipe. Windows knows neither.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The object's bytes from `offset`, at most `length` of them. */
export async function getObject(at: LocationFolder, key: string, options: GetOptions): Promise<ReadableStream<Uint8Array>> {
  const { offset = 0, length = Number.POSITIVE_INFINITY } = options;
  if (!isCount(offset) || !(isCount(length) || length === Number.POSITIVE_INFINITY)) {
    throw new ProviderError('internal', `A range is asked for that can't be: offset ${offset}, length ${length}.`);
  }
  const opened = await openObject(pathToRead(at.root, key));
  if (opened === undefined) {
    // Where the place itself is missing, nobody knows what was there.
    await requireMarker(at);
    throw new ProviderError('not-found', `There is no ${JSON.stringify(key)} in ${JSON.stringify(at.root)}.`);
  }
  const end = Math.min(opened.stats.size, offset + length);
  return streamRange(opened.file, {
    start: offset,
    end,
    doing: `Reading ${JSON.stringify(key)}`,
    folder: at.root,
    signal: options.signal,
  });
}

async function openObject(object: ObjectPath): Promise<{ file: FileHandle; stats: Stats } | undefined> {
  if (!(await hasRealFolders(object))) return undefined;
  const file = await openFile(object.path);
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (stats.isFile()) return { file, stats };
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  return undefined;
}

async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags);
  } catch (error) {
    // ELOOP: a link. ENXIO: a socket.
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK', 'ENXIO')) return undefined;
    throw error;
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
