import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  lstatSync,
  openSync,
  renameSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { isErrno } from '../../base/atomic-file.js';
import { isHoldfastError } from '../../base/errors.js';
import type { ByteSource } from '../../base/byte-reader.js';
import { toFsPath } from '../../base/file-name.js';
import type { MadeEntry } from './attributes.js';
import type { OwnTree } from './own-tree.js';
import type { RestoreProblemCode } from './safe-path.js';
import { unfinishedMode } from './unfinished.js';

/** From this size on it is asked beforehand whether the file fits: the size in a hostile archive costs its author nothing. */
export const spaceCheckBytes = 1024 * 1024;

const newFileFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** A file's content, perhaps all of it at once, as a tar member has it. */
export interface FileContent extends ByteSource {
  whole?(): Uint8Array | undefined;
}

export interface WriteFailure {
  /** `there`: there is something under that name, and it was not to be replaced. Nothing of a content that comes in pieces was read. */
  readonly code: RestoreProblemCode | 'there';
  readonly cause?: unknown;
}

type SetAttributes = (file: MadeEntry) => void;

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
  content: Uint8Array | ByteSource,
  setAttributes: SetAttributes,
): WriteFailure | undefined | Promise<WriteFailure | undefined> {
  const { absolute, replace, tree } = place;
  let file: NewFile;
  try {
    if (entry.size >= spaceCheckBytes && entry.size > freeBytes(dirname(absolute))) return { code: 'no-space' };
    if (!(content instanceof Uint8Array)) {
      if (!replace && isTaken(absolute)) return { code: 'there' };
      return writeChunks(beginAside(absolute, replace), content, setAttributes);
    }
    // What is at hand as a whole is begun without looking what is there: seldom anything is.
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

let partPrefix: string | undefined;
let parts = 0;

/** A name that nobody else uses: asking for random bytes takes as long as opening a file, so they are asked for once. */
function nextPartName(): string {
  partPrefix ??= randomBytes(6).toString('hex');
  parts += 1;
  return `${partPrefix}-${parts}`;
}

/** Not the name with something behind it: that may be as long as names can be. */
function beginAside(absolute: string, replace: boolean): NewFile {
  const path = toFsPath(join(dirname(absolute), `.${nextPartName()}.holdfast-part`));
  return new NewFile(path, openSync(path, newFileFlags, 0o600), undefined, () => {
    if (!replace && isTaken(absolute)) throw new NameTaken();
    renameSync(path, toFsPath(absolute));
  });
}

/** Takes fewer calls. `undefined` where an unfinished file could not be told from others. */
function beginInPlace(absolute: string, tree: OwnTree): NewFile | undefined {
  const path = toFsPath(absolute);
  const file = new NewFile(path, openNew(path), tree);
  let canBeTold = false;
  try {
    canBeTold = tree.keepsModes(file.descriptor);
    return canBeTold ? file : undefined;
  } finally {
    if (!canBeTold) file.close();
  }
}

function openNew(path: string | Buffer): number {
  try {
    return openSync(path, newFileFlags, unfinishedMode);
  } catch (error) {
    throw isErrno(error, 'EEXIST') ? new NameTaken() : error;
  }
}

/** A file being written. Its invariant: when it is closed, it is complete or gone. */
class NewFile {
  #position = 0;
  #endsInHole = false;
  #complete = false;

  constructor(
    private readonly path: string | Buffer,
    readonly descriptor: number,
    private readonly tree: OwnTree | undefined,
    /** Gives it its name, if it has another. */
    private readonly giveName: () => void = () => {},
  ) {}

  write(chunk: Uint8Array): void {
    const position = this.#position;
    for (const [from, end] of this.#stretches(chunk)) {
      for (let at = from; at < end; ) at += writeSync(this.descriptor, chunk, at, end - at, position + at);
    }
  }

  /** What of a chunk is to be written: all but the holes in it. */
  #stretches(chunk: Uint8Array): [number, number][] {
    const stretches: [number, number][] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; ) {
      const end = Math.min(at + holeBytes, chunk.length);
      this.#endsInHole = isHole(chunk, at, end);
      if (this.#endsInHole) {
        if (from < at) stretches.push([from, at]);
        from = end;
      }
      at = end;
    }
    if (from < chunk.length) stretches.push([from, chunk.length]);
    this.#position += chunk.length;
    return stretches;
  }

  complete(setAttributes: SetAttributes): void {
    const file = this.descriptor;
    if (this.#endsInHole) ftruncateSync(file, this.#position);
    setAttributes({
      owner: this.tree?.owner,
      stats: () => fstatSync(file),
      chown: (uid, gid) => fchownSync(file, uid, gid),
      chmod: (mode) => fchmodSync(file, mode),
      utimes: (atime, mtime) => futimesSync(file, atime, mtime),
    });
    this.giveName();
    this.#complete = true;
  }

  close(): void {
    closeSync(this.descriptor);
    if (!this.#complete) unlinkSync(this.path);
  }
}

/** There is something of that name. */
class NameTaken extends Error {}

function isTaken(absolute: string): boolean {
  return lstatSync(toFsPath(absolute), { throwIfNoEntry: false }) !== undefined;
}

const holeBytes = 64 * 1024;
const zeros = Buffer.alloc(holeBytes);

/** Whether a stretch is worth leaving out: zeros, and at least a block of them. */
function isHole(chunk: Uint8Array, at: number, end: number): boolean {
  if (end - at < 4096 || chunk[at] !== 0 || chunk[end - 1] !== 0) return false;
  return zeros.compare(chunk, at, end, 0, end - at) === 0;
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
