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
  type Stats,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { isHoldfastError } from '../../base/errors.js';
import type { ByteSource } from '../../base/byte-reader.js';
import { toFsPath } from '../../base/file-name.js';
import type { AttributeSetter } from './attributes.js';
import type { RestoreProblemCode } from './safe-path.js';

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

type SetAttributes = (file: AttributeSetter, stats: () => Stats) => void;

/**
 * Writes one file that must not exist, or replaces one. It gets its name when it is complete, so that a process that dies leaves none that looks as
 * if it were. Stretches of zeros become holes.
 * What went wrong with the file system is returned; what went wrong with the backup is thrown. Either way nothing half-written stays.
 * Waits only where the content has to be waited for.
 */
export function writeFileContent(
  absolute: string,
  entry: TarEntry,
  content: Uint8Array | ByteSource,
  replace: boolean,
  setAttributes: SetAttributes,
): WriteFailure | undefined | Promise<WriteFailure | undefined> {
  let file: NewFile;
  try {
    if (entry.size >= spaceCheckBytes && entry.size > freeBytes(dirname(absolute))) return { code: 'no-space' };
    // What is at hand as a whole is written and thrown away again where something turns out to be there: seldom, and quicker than to look each time.
    if (!replace && !(content instanceof Uint8Array) && isTaken(absolute)) return { code: 'there' };
    file = new NewFile(absolute, replace);
  } catch (cause) {
    return { code: 'write-failed', cause };
  }
  if (!(content instanceof Uint8Array)) return writeChunks(file, content, setAttributes);
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

/** A file being written. Its invariant: when it is closed, it is complete or gone. */
class NewFile {
  readonly #path: string | Buffer;
  readonly #file: number;
  #position = 0;
  #endsInHole = false;
  #complete = false;

  constructor(
    private readonly absolute: string,
    private readonly replace: boolean,
  ) {
    // Not the name with something behind it: that may be as long as names can be.
    this.#path = toFsPath(join(dirname(absolute), `.${nextPartName()}.holdfast-part`));
    this.#file = openSync(this.#path, newFileFlags, 0o600);
  }

  write(chunk: Uint8Array): void {
    const position = this.#position;
    for (const [from, end] of this.#stretches(chunk)) {
      for (let at = from; at < end; ) at += writeSync(this.#file, chunk, at, end - at, position + at);
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
    const file = this.#file;
    if (this.#endsInHole) ftruncateSync(file, this.#position);
    setAttributes(
      {
        chown: (uid, gid) => fchownSync(file, uid, gid),
        chmod: (mode) => fchmodSync(file, mode),
        utimes: (atime, mtime) => futimesSync(file, atime, mtime),
      },
      () => fstatSync(file),
    );
    if (!this.replace && isTaken(this.absolute)) throw new NameTaken();
    renameSync(this.#path, toFsPath(this.absolute));
    this.#complete = true;
  }

  close(): void {
    closeSync(this.#file);
    if (!this.#complete) unlinkSync(this.#path);
  }
}

/** Somebody else made a file of that name meanwhile. */
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
