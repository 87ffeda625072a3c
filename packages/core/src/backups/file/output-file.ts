import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { BodyPiece } from '../../provider-api/index.js';
import { indexKey, sidecarKey } from '../backup-name.js';
import { backupError } from '../errors.js';
import { notWritable, putInPlace, type StagedFile } from './put-in-place.js';

export interface WrittenFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** What a file is to hold. */
type Pieces = () => AsyncIterable<BodyPiece>;

/** A backup file, and what is to lie beside it. What is left out must not be beside it either: it would be that of another backup. */
interface OutputBackup {
  readonly backup: Pieces;
  readonly index?: Pieces | undefined;
  readonly sidecar?: Pieces | undefined;
}

/** The names of a backup file and of what lies beside it, written in this order: as at a location, what has a sidecar is whole. */
export function outputPaths(toFile: string): readonly [backup: string, index: string, sidecar: string] {
  const path = resolve(toFile);
  return [path, indexKey(path), sidecarKey(path)];
}

/**
 * Writes a backup file, and what lies beside it, for its owner alone. The names appear when all is written: all of them or none; holes are
 * filled in place. Returns what was written, the backup first.
 * Errors: `file-exists`, before anything is read, also for what lies beside; `file-not-writable`.
 */
export async function writeOutputBackup(
  toFile: string,
  overwrite: boolean,
  { backup, index, sidecar }: OutputBackup,
): Promise<WrittenFile[]> {
  const contents = [backup, index, sidecar];
  const outputs = outputPaths(toFile).map((path, number) => ({ path, pieces: contents[number] }));
  for (const output of outputs) await refuseTaken(output.path, overwrite);
  const token = randomBytes(6).toString('hex');
  const staged: StagedFile[] = [];
  try {
    const written: WrittenFile[] = [];
    for (const { path, pieces } of outputs) {
      const temporary = pieces === undefined ? undefined : join(dirname(path), `.${basename(path)}.${token}.part`);
      const target = temporary === undefined ? undefined : await create(temporary, path);
      staged.push({ path, temporary });
      if (pieces !== undefined && target !== undefined) written.push({ path, size: await writeAll(target, pieces(), path) });
    }
    await putInPlace(staged, overwrite, token);
    return written;
  } finally {
    for (const { temporary } of staged) if (temporary !== undefined) await rm(temporary, { force: true });
  }
}

async function create(temporary: string, path: string): Promise<FileHandle> {
  try {
    return await open(temporary, 'wx', 0o600);
  } catch (error) {
    throw notWritable(path, error);
  }
}

async function writeAll(target: FileHandle, pieces: AsyncIterable<BodyPiece>, path: string): Promise<number> {
  try {
    const size = await writePieces(target, pieces, path);
    await target.sync();
    return size;
  } finally {
    await target.close();
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
  if (!found.isFile())
    throw backupError('file-not-writable', { path, reason: found.isDirectory() ? 'it is a folder' : 'something that is no file is there' });
  if (!overwrite) throw backupError('file-exists', { path });
}
