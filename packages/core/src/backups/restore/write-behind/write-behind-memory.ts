import { batchBytes, WriteBatch } from './write-batch.js';

/** One is filled while the other is written. */
export const batchCount = 2;

/** Words before the batches. */
const latest = 0;
const lost = 1;
const batchesStart = 64;

/** The memory that a restoring thread and one that writes for it see, and what they tell each other in it. */
export class WriteBehindMemory {
  readonly #words: Int32Array;
  readonly #batches: readonly WriteBatch[];

  constructor(readonly memory = new SharedArrayBuffer(batchesStart + batchCount * batchBytes)) {
    this.#words = new Int32Array(memory, 0, 2);
    this.#batches = Array.from({ length: batchCount }, (_, index) => new WriteBatch(memory, batchesStart + index * batchBytes));
  }

  /** Whether there is no thread that writes, and will be none. */
  get isLost(): boolean {
    return Atomics.load(this.#words, lost) !== 0;
  }

  lose(): void {
    Atomics.store(this.#words, lost, 1);
  }

  batch(round: number): WriteBatch {
    const batch = this.#batches[round % batchCount];
    if (batch === undefined) throw new RangeError('rounds are counted from 1');
    return batch;
  }

  /** Hands a round over; they are counted from 1. */
  hand(round: number): void {
    Atomics.store(this.#words, latest, round);
    Atomics.notify(this.#words, latest);
  }

  /** Waits until a round later than this one was handed over. @returns the latest */
  next(round: number): number {
    Atomics.wait(this.#words, latest, round);
    return Atomics.load(this.#words, latest);
  }
}
