import { batchCount, WriteBehindMemory } from './write-behind-memory.js';
import type { FileToWrite, WriteBatch } from './write-batch.js';

/** Files that are smaller than this on average take longer to create than to fill. Bytes. */
const smallAverage = 1024;
/** Files after which it is looked at. */
const sampleLength = 1024;
/** Bytes. Larger files are not written behind. */
const largestFile = 64 * 1024;
/** Milliseconds after which it is looked at whether the thread that has begun a file is still there. */
const patience = 100;

/** That is done after the files of a batch: folders may come without files, in any number. */
const mostAfter = 512;

export interface WriteBehindOptions {
  /** Files after which it is looked at whether they are small. */
  readonly sample?: number | undefined;
}

/** A file that is to be written. */
export interface LaterFile extends FileToWrite {
  /** Its path below the target. */
  readonly name: string;
  /** Called when it was its turn; where it was not written, that is for the caller, who may find an unfinished one. The content lasts as long as the call. */
  settle(written: boolean, content: Buffer): void;
}

/** Files that were collected, and what is to be done after them. */
interface Run {
  readonly round: number;
  readonly batch: WriteBatch;
  readonly files: LaterFile[];
  readonly after: (() => void)[];
}

/**
 * Small files on their way from the tar to the disk. Where they are many, most of the time goes into creating them: then they are collected, and
 * written by this thread and another together, while this one reads on.
 */
export class WriteBehind {
  readonly #sample: number;
  /** Those that are handed over, and the one that is being filled. */
  readonly #runs: Run[] = [];
  readonly #names = new Set<string>();
  #shared: WriteBehindMemory | undefined;
  #round = 0;
  #files = 0;
  #bytes = 0;

  /** `onSmallFiles`: called once, where a thread that writes would be of use, with the memory for it. */
  constructor(
    private readonly onSmallFiles: (memory: SharedArrayBuffer) => void,
    { sample = sampleLength }: WriteBehindOptions = {},
  ) {
    this.#sample = sample;
  }

  /** To be called with the size of each file. */
  count(size: number): void {
    if (this.#shared !== undefined) return;
    this.#files += 1;
    this.#bytes += size;
    if (this.#files < this.#sample) return;
    if (this.#bytes < smallAverage * this.#files) {
      this.#shared = new WriteBehindMemory();
      this.onSmallFiles(this.#shared.memory);
    }
    this.#files = 0;
    this.#bytes = 0;
  }

  /** Whether a file is to be added. */
  takes(size: number): boolean {
    return size <= largestFile && this.#shared?.isLost === false;
  }

  add(file: LaterFile): void {
    const { files } = this.#runFor(file);
    files.push(file);
    this.#names.add(file.name);
  }

  /** Whether a file of this name is not written yet. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Does it when all the files that were added are written. */
  after(work: () => void): void {
    const run = this.#runs.at(-1);
    if (run === undefined) return work();
    run.after.push(work);
    if (run.after.length === mostAfter) this.settle();
  }

  /** Ends when all is written. */
  settle(): void {
    this.#hand();
    while (this.#runs.length > 0) this.#settleOldest();
  }

  /** A run that has taken the file into its batch. */
  #runFor(file: FileToWrite): Run {
    let run = this.#runs.at(-1);
    if (run?.batch.add(file) === true) return run;
    this.#hand();
    if (this.#runs.length === batchCount) this.#settleOldest();
    run = this.#begin();
    if (!run.batch.add(file)) throw new RangeError('A batch has room for each file that is taken.');
    return run;
  }

  #begin(): Run {
    if (this.#shared === undefined) throw new Error('Nothing is written behind before somebody is there to do it.');
    this.#round += 1;
    const run: Run = { round: this.#round, batch: this.#shared.batch(this.#round), files: [], after: [] };
    run.batch.empty();
    this.#runs.push(run);
    return run;
  }

  #hand(): void {
    const run = this.#runs.at(-1);
    if (run === undefined) return;
    run.batch.begin(run.round);
    this.#shared?.hand(run.round);
  }

  #settleOldest(): void {
    const run = this.#runs.shift();
    if (run === undefined) return;
    run.batch.write();
    for (const [index, file] of run.files.entries()) {
      this.#names.delete(file.name);
      file.settle(this.#isWritten(run.batch, index), run.batch.content(index));
    }
    for (const work of run.after) work();
  }

  #isWritten(batch: WriteBatch, index: number): boolean {
    for (;;) {
      // Asked before: what it has begun it may still have done.
      const isLost = this.#shared?.isLost === true;
      const outcome = batch.outcome(index, patience);
      if (outcome !== 'at-work') return outcome === 'done';
      if (isLost) return false;
    }
  }
}
