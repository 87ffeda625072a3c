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
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isErrno } from '../../base/atomic-file.js';
import { toFsPath } from '../../base/file-name.js';
import type { MadeEntry } from './attributes.js';
import type { OwnTree } from './own-tree.js';
import { unfinishedMode } from './unfinished.js';

const newFileFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

export type SetAttributes = (file: MadeEntry) => void;

let partPrefix: string | undefined;
let parts = 0;

/** A name that nobody else uses: asking for random bytes takes as long as opening a file, so they are asked for once. */
function nextPartName(): string {
  partPrefix ??= randomBytes(6).toString('hex');
  parts += 1;
  return `${partPrefix}-${parts}`;
}

/** Not the name with something behind it: that may be as long as names can be. */
export function beginAside(absolute: string, replace: boolean): NewFile {
  const path = toFsPath(join(dirname(absolute), `.${nextPartName()}.holdfast-part`));
  return new NewFile(path, openSync(path, newFileFlags, 0o600), undefined, () => {
    if (!replace && isTaken(absolute)) throw new NameTaken();
    renameSync(path, toFsPath(absolute));
  });
}

/** Takes fewer calls. `undefined` where an unfinished file could not be told from others. */
export function beginInPlace(absolute: string, tree: OwnTree): NewFile | undefined {
  const file = beginUnfinished(toFsPath(absolute), tree);
  let canBeTold = false;
  try {
    canBeTold = tree.keepsModes(file.descriptor);
    return canBeTold ? file : undefined;
  } finally {
    if (!canBeTold) file.close();
  }
}

/** With {@link unfinishedMode}, for a file system that keeps it. Error: {@link NameTaken}. */
export function beginUnfinished(path: string | Buffer, tree: Pick<OwnTree, 'owner'>): NewFile {
  try {
    return new NewFile(path, openSync(path, newFileFlags, unfinishedMode), tree);
  } catch (error) {
    throw isErrno(error, 'EEXIST') ? new NameTaken() : error;
  }
}

/** A file being written. Its invariant: when it is closed, it is complete or gone. */
export class NewFile {
  #position = 0;
  #endsInHole = false;
  #complete = false;

  constructor(
    private readonly path: string | Buffer,
    readonly descriptor: number,
    private readonly tree: Pick<OwnTree, 'owner'> | undefined,
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
export class NameTaken extends Error {}

export function isTaken(absolute: string): boolean {
  return lstatSync(toFsPath(absolute), { throwIfNoEntry: false }) !== undefined;
}

const holeBytes = 64 * 1024;
const zeros = Buffer.alloc(holeBytes);

/** Whether a stretch is worth leaving out: zeros, and at least a block of them. */
function isHole(chunk: Uint8Array, at: number, end: number): boolean {
  if (end - at < 4096 || chunk[at] !== 0 || chunk[end - 1] !== 0) return false;
  return zeros.compare(chunk, at, end, 0, end - at) === 0;
}
