import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  openSync,
  renameSync,
  type Stats,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { isHoldfastError } from '../../base/errors.js';
import type { ByteSource } from '../../base/byte-reader.js';
import { toFsPath } from '../../base/file-name.js';
import type { AttributeSetter } from './attributes.js';
import type { RestoreProblemCode } from './safe-path.js';

/** From this size on it is asked beforehand whether the file fits: the size in a hostile archive costs its author nothing. */
const spaceCheckBytes = 1024 * 1024;
const zeros = Buffer.alloc(256 * 1024);

/**
 * Writes one file that must not exist, or replaces one under its name when it is complete. Stretches of zeros become holes.
 * What went wrong with the file system is returned; what went wrong with the backup is thrown. Either way nothing half-written stays.
 */
export async function writeFileContent(
  absolute: string,
  entry: TarEntry,
  content: ByteSource,
  replace: boolean,
  setAttributes: (file: AttributeSetter, stats: Stats) => void,
): Promise<{ code: RestoreProblemCode; cause?: unknown } | undefined> {
  const written = replace ? `${absolute}.${randomBytes(6).toString('hex')}.part` : absolute;
  let file: number;
  try {
    if (entry.size >= spaceCheckBytes && entry.size > freeBytes(dirname(absolute))) return { code: 'no-space' };
    file = openSync(toFsPath(written), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0), 0o600);
  } catch (cause) {
    return { code: 'write-failed', cause };
  }
  let complete = false;
  try {
    await copyContent(file, entry.size, content);
    setAttributes(
      {
        chown: (uid, gid) => fchownSync(file, uid, gid),
        chmod: (mode) => fchmodSync(file, mode),
        utimes: (atime, mtime) => futimesSync(file, atime, mtime),
      },
      fstatSync(file),
    );
    if (replace) renameSync(toFsPath(written), toFsPath(absolute));
    complete = true;
    return undefined;
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    return { code: cause.code === 'ENOSPC' || cause.code === 'EDQUOT' ? 'no-space' : 'write-failed', cause };
  } finally {
    closeSync(file);
    if (!complete) unlinkSync(toFsPath(written));
  }
}

async function copyContent(file: number, size: number, content: ByteSource): Promise<void> {
  let position = 0;
  let hole = false;
  for await (const chunk of content) {
    hole = isZero(chunk);
    if (!hole) for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at, chunk.length - at, position + at);
    position += chunk.length;
  }
  if (hole) ftruncateSync(file, size);
}

/** Whether a chunk is worth leaving out: zeros, and at least a block of them. */
function isZero(chunk: Uint8Array): boolean {
  if (chunk.length < 4096 || chunk.length > zeros.length || chunk[0] !== 0 || chunk[chunk.length - 1] !== 0) return false;
  return zeros.compare(chunk, 0, chunk.length, 0, chunk.length) === 0;
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(toFsPath(folder));
  return bavail * bsize;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error && !isHoldfastError(error);
}
