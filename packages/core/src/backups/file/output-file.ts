import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isErrno, syncFolder } from '../../base/atomic-file.js';
import type { BodyPiece } from '../../provider-api/index.js';
import { backupError } from '../errors.js';

export interface WrittenFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Writes pieces to a file of its owner alone. Its name appears when all is written; holes are filled in place.
 * Errors: `file-exists`, before anything is read, and `file-not-writable`.
 */
export async function writeOutputFile(toFile: string, overwrite: boolean, pieces: () => AsyncIterable<BodyPiece>): Promise<WrittenFile> {
  const path = resolve(toFile);
  await refuseTaken(path, overwrite);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  const target = await create(temporary, path);
  try {
    let size: number;
    try {
      size = await writePieces(target, pieces(), path);
      await target.sync();
    } finally {
      await target.close();
    }
    await putInPlace(temporary, path, overwrite);
    return { path, size };
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writePieces(target: FileHandle, pieces: AsyncIterable<BodyPiece>, path: string): Promise<number> {
  let size = 0;
  for await (const piece of pieces) {
    if (piece.type === 'hole') size += piece.length;
    else if (piece.type === 'fill') await writeAt(target, piece.bytes, piece.offset, path);
    else {
      await writeAt(target, piece.bytes, size, path);
      size += piece.bytes.length;
    }
  }
  return size;
}

async function writeAt(target: FileHandle, bytes: Uint8Array, offset: number, path: string): Promise<void> {
  try {
    for (let at = 0; at < bytes.length; ) at += (await target.write(bytes, at, bytes.length - at, offset + at)).bytesWritten;
  } catch (error) {
    throw notWritable(path, error);
  }
}

async function refuseTaken(path: string, overwrite: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isFile()) throw backupError('file-not-writable', { path, reason: 'something that is no file is there' });
  if (!overwrite) throw backupError('file-exists', { path });
}

async function create(temporary: string, path: string): Promise<FileHandle> {
  try {
    return await open(temporary, 'wx', 0o600);
  } catch (error) {
    throw notWritable(path, error);
  }
}

async function putInPlace(temporary: string, path: string, overwrite: boolean): Promise<void> {
  if (overwrite) await rename(temporary, path);
  else {
    // A link, unlike a rename, fails where the name is taken.
    await link(temporary, path).catch((error: unknown) => {
      throw isErrno(error, 'EEXIST') ? backupError('file-exists', { path }) : notWritable(path, error);
    });
  }
  await syncFolder(dirname(path));
}

function notWritable(path: string, error: unknown): Error {
  if (isErrno(error, 'ENOENT', 'ENOTDIR')) return backupError('file-not-writable', { path, reason: 'there is no such folder' }, error);
  const reason = isErrno(error, 'ENOSPC') ? 'there is no room left' : error instanceof Error ? error.message : String(error);
  return backupError('file-not-writable', { path, reason }, error);
}
