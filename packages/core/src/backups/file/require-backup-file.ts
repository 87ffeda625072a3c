import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { archiveError } from '../../archive/errors.js';
import { isGzipStart } from '../../archive/gzip/gzip-header.js';
import { memberKind, memberName } from '../../archive/outer-members.js';
import { scanBackup, type ScannedBackup } from '../../archive/scan-backup.js';
import { secureTarMagic } from '../../archive/securetar/detect-format.js';
import { readTar } from '../../archive/tar/read-tar.js';
import { blockSize, resemblesHeader } from '../../archive/tar/ustar-header.js';
import { isErrno } from '../../base/atomic-file.js';
import type { ByteSource } from '../../base/byte-reader.js';
import { isHoldfastError } from '../../base/errors.js';
import { backupError } from '../errors.js';

export interface FoundBackupFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Its members and metadata. @throws what keeps them from being read, such as `truncated` */
  scan(): ScannedBackup;
}

const innerArchive = 'it is an inner archive of a backup; give the whole .tar file that it came out of';
const perhapsInner = 'it is a compressed archive; if it came out of a backup, give the whole .tar file that it was in';

/**
 * Looks at the beginning of a file and at its table of members, and tells what it is if it is no backup: the inner archives of one, and one
 * that was compressed once more, are what people have in their hands. Errors: `not-a-backup`, `backup-file-unreadable`.
 */
export async function requireBackupFile(file: string): Promise<FoundBackupFile> {
  const path = resolve(file);
  const size = await sizeOf(path);
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const start = Buffer.alloc(Math.min(size, blockSize));
    await handle.read(start, 0, start.length, 0);
    await refuseByStart(start, path);
    const scanned = await scanOf(handle, size, path);
    return {
      path,
      size,
      scan() {
        if ('error' in scanned) throw scanned.error;
        return scanned.backup;
      },
    };
  } finally {
    await handle.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  const stats = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (stats.isDirectory()) throw notABackup('it is a folder');
  if (!stats.isFile()) throw notABackup('it is a device or a pipe, not a file');
  if (stats.size === 0) throw notABackup('it is empty');
  return stats.size;
}

async function refuseByStart(start: Buffer, path: string): Promise<void> {
  if (start.subarray(0, secureTarMagic.length).equals(secureTarMagic)) throw notABackup(innerArchive);
  if (isGzipStart(start)) {
    const first = await firstMember(createReadStream(path, { end: 64 * 1024 }).pipe(createGunzip()));
    if (first === undefined) throw notABackup('it is a gzip file of something else');
    const name = memberName(first);
    if (memberKind(name) !== 'other') throw notABackup('it is a backup that was compressed once more; unpack it first, with gunzip');
    throw notABackup(isOfInnerArchive(name) ? innerArchive : perhapsInner);
  }
  // A shorter file is no tar, unless it is the very beginning of one: then the reader says that it is cut short.
  if (start.length < blockSize && !resemblesHeader(start) && !/^[ -~]{1,99}\0+$/.test(start.toString('latin1', 0, 100)))
    throw notABackup('it does not begin with a tar header');
}

async function scanOf(handle: FileHandle, size: number, path: string): Promise<{ backup: ScannedBackup } | { error: unknown }> {
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  try {
    return { backup: await scanBackup(read, size) };
  } catch (error) {
    if (!isHoldfastError(error, 'not-a-backup')) return { error };
    const first = memberName((await firstMember(createReadStream(path))) ?? '');
    throw isOfInnerArchive(first) ? notABackup(innerArchive) : error;
  }
}

/** How the inner archives that Home Assistant writes begin (format 1.1). */
function isOfInnerArchive(first: string): boolean {
  return ['.', 'data', 'homeassistant.json', 'addon.json', 'mounts.json', 'docker.json'].includes(first) || first.startsWith('data/');
}

async function firstMember(bytes: ByteSource): Promise<string | undefined> {
  try {
    for await (const { entry } of readTar(bytes)) return entry.path;
  } catch {
    // What it is not is all that is asked here.
  }
  return undefined;
}

function notABackup(what: string): Error {
  return archiveError('not-a-backup', { what });
}

function unreadable(path: string, error: unknown): Error {
  const reason = isErrno(error, 'ENOENT') ? 'it is not there' : error instanceof Error ? error.message : String(error);
  return backupError('backup-file-unreadable', { path, reason }, error);
}
