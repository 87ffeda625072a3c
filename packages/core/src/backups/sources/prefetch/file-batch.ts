import { closeSync, fstatSync, readSync } from 'node:fs';
import { SharedTasks } from '../../../base/shared-tasks.js';
import { openListed } from '../open-listed.js';
import { PrefetchedFile } from './prefetched-file.js';

/** Files of a batch. */
export const batchLength = 256;
/** While the files of one are taken, those of the others are read. */
const batchCount = 3;

/** Bytes. Larger files are left, as are those for which a batch has no more room. */
const largestFile = 16 * 1024;
const roomLength = 256 * 1024;

/** Numbers that are kept of a file. */
const numberCount = 6;
const numbersStart = 8 * batchLength;
const roomStart = numbersStart + 8 * numberCount * batchLength;
const batchBytes = roomStart + roomLength;

/** Milliseconds after which a file is not waited for any more. */
const patience = 1_000;

export function batchMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(batchCount * batchBytes);
}

export function batchesIn(memory: SharedArrayBuffer): FileBatch[] {
  return Array.from({ length: batchCount }, (_, index) => new FileBatch(memory, index * batchBytes));
}

/** A number of small files that one thread reads for another, in memory which both see. */
export class FileBatch {
  readonly #files: SharedTasks;
  /** Whether the reading thread has to do with the batch. */
  readonly #busy: Int32Array;
  readonly #numbers: Float64Array;
  readonly #room: Buffer;

  constructor(memory: SharedArrayBuffer, start: number) {
    this.#files = new SharedTasks(memory, start, batchLength);
    this.#busy = new Int32Array(memory, start + 4 * batchLength, 1);
    this.#numbers = new Float64Array(memory, start + numbersStart, numberCount * batchLength);
    this.#room = Buffer.from(memory, start + roomStart, roomLength);
  }

  /** Whether the reading thread has to do with it: then it must not be begun again. */
  get busy(): boolean {
    return Atomics.load(this.#busy, 0) !== 0;
  }

  /** To be called before the reading thread gets the files' paths. */
  begin(): void {
    this.#files.begin(batchLength);
    Atomics.store(this.#busy, 0, 1);
  }

  /** What was read of a file; `undefined` where the caller has to read it. It lasts until the batch begins again. */
  take(index: number): PrefetchedFile | undefined {
    return this.#files.outcome(index, patience) === 'done' ? new PrefetchedFile(this.#numbers, index * numberCount, this.#room) : undefined;
  }

  /** Reads the files that nobody has taken meanwhile. */
  fill(paths: readonly string[]): void {
    let used = 0;
    for (const [index, path] of paths.entries()) {
      if (!this.#files.claim(index)) continue;
      const size = this.#read(path, index, used);
      used += size ?? 0;
      this.#files.finish(index, size === undefined ? 'left' : 'done');
    }
    Atomics.store(this.#busy, 0, 0);
  }

  /** @returns its size; `undefined` for anything that is out of the ordinary: whoever wants it finds out what that is. */
  #read(path: string, index: number, start: number): number | undefined {
    let file: number | undefined;
    try {
      file = openListed(path);
      const stats = fstatSync(file);
      const { size } = stats;
      if (!stats.isFile() || stats.nlink !== 1 || size > largestFile || size > roomLength - start) return undefined;
      if (size > 0 && readSync(file, this.#room, start, size, null) !== size) return undefined;
      PrefetchedFile.write(this.#numbers, index * numberCount, start, stats);
      return size;
    } catch {
      return undefined;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }
}
