import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { isHoldfastError } from '../../base/errors.js';
import type { ByteSource } from '../../base/byte-reader.js';
import { toFsPath } from '../../base/file-name.js';
import { beginAside, beginInPlace, isTaken, NameTaken, type NewFile, type SetAttributes } from './new-file.js';
import type { OwnTree } from './own-tree.js';
import type { RestoreProblemCode } from './safe-path.js';

/** From this size on it is asked beforehand whether the file fits: the size in a hostile archive costs its author nothing. */
export const spaceCheckBytes = 1024 * 1024;

/** A file's content, perhaps all of it at once, as a tar member has it. */
export interface FileContent extends ByteSource {
  whole?(): Uint8Array | undefined;
}

export interface WriteFailure {
  /** `there`: there is something under that name, and it was not to be replaced. Nothing of a content that comes in pieces was read. */
  readonly code: RestoreProblemCode | 'there';
  readonly cause?: unknown;
}

/** Where a file goes. */
export interface FilePlace {
  readonly absolute: string;
  /** Whether it takes the place of what is there. */
  readonly replace: boolean;
  /** The tree of this restore's own that its folder is in, if it is in one. */
  readonly tree: OwnTree | undefined;
}

/**
 * Writes one file that must not exist, or replaces one. Until it is complete it has another name, or in a tree of the restore's own {@link unfinishedMode}:
 * a process that dies leaves none that looks as if it were. Stretches of zeros become holes.
 * What went wrong with the file system is returned; what went wrong with the backup is thrown. Either way nothing half-written stays.
 * Waits only where the content has to be waited for.
 */
export function writeFileContent(
  place: FilePlace,
  entry: TarEntry,
  content: Uint8Array,
  setAttributes: SetAttributes,
): WriteFailure | undefined;
export function writeFileContent(
  place: FilePlace,
  entry: TarEntry,
  content: Uint8Array | ByteSource,
  setAttributes: SetAttributes,
): WriteFailure | undefined | Promise<WriteFailure | undefined>;
export function writeFileContent(
  place: FilePlace,
  entry: TarEntry,
  content: Uint8Array | ByteSource,
  setAttributes: SetAttributes,
): WriteFailure | undefined | Promise<WriteFailure | undefined> {
  const { absolute, replace, tree } = place;
  let file: NewFile;
  try {
    if (entry.size >= spaceCheckBytes && entry.size > freeBytes(dirname(absolute))) return { code: 'no-space' };
    const whole = content instanceof Uint8Array;
    // In a tree of the restore's own there is seldom anything: what is at hand as a whole is begun there without looking.
    if (!replace && (tree === undefined || !whole) && isTaken(absolute)) return { code: 'there' };
    if (!whole) return writeChunks(beginAside(absolute, replace), content, setAttributes);
    file = (!replace && tree !== undefined && beginInPlace(absolute, tree)) || beginAside(absolute, replace);
  } catch (cause) {
    return failureFrom(cause);
  }
  try {
    file.write(content);
    file.complete(setAttributes);
    return undefined;
  } catch (cause) {
    return failureFrom(cause);
  } finally {
    file.close();
  }
}

async function writeChunks(file: NewFile, content: ByteSource, setAttributes: SetAttributes): Promise<WriteFailure | undefined> {
  try {
    for await (const chunk of content) file.write(chunk);
    file.complete(setAttributes);
    return undefined;
  } catch (cause) {
    return failureFrom(cause);
  } finally {
    file.close();
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(toFsPath(folder));
  return bavail * bsize;
}

function failureFrom(cause: unknown): WriteFailure {
  if (cause instanceof NameTaken) return { code: 'there' };
  if (!isSystemError(cause)) throw cause;
  return { code: cause.code === 'ENOSPC' || cause.code === 'EDQUOT' ? 'no-space' : 'write-failed', cause };
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error && !isHoldfastError(error);
}
