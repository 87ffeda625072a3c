/** What stands in the word of a task, below its round. Who changes it from `untouched` has the task. */
const untouched = 0;
const atWork = 1;
const done = 2;
const left = 3;
const roundShift = 2;

/** Looks at the word before the thread is put to sleep, which takes as long as a call of the system. */
const spins = 2_000;

/** `left`: nobody has done it, and nobody will. */
export type TaskOutcome = 'done' | 'left' | 'at-work';

/**
 * Tasks for two threads, in memory which both see: each is done by whoever claims it first, so that neither waits for the other. The memory is used
 * for one round of tasks after the other; who is still at an earlier round can claim none of a later one.
 */
export class SharedTasks {
  readonly #words: Int32Array;
  #round = 0;

  /** Takes four bytes for each task, from `start` on, a multiple of four. */
  constructor(memory: SharedArrayBuffer, start: number, length: number) {
    this.#words = new Int32Array(memory, start, length);
  }

  /** Begins a round of this many tasks, when the outcome of every task of the last one is known. */
  begin(count: number, round = 0): void {
    this.join(round);
    this.#words.fill(this.#round | untouched, 0, count);
    this.#words.fill(this.#round | left, count);
  }

  /** Takes part in a round that the other thread has begun. */
  join(round: number): void {
    this.#round = round << roundShift;
  }

  /** Whether the caller is to do the task, and to say so with {@link finish}. */
  claim(index: number): boolean {
    const free = this.#round | untouched;
    return Atomics.compareExchange(this.#words, index, free, this.#round | atWork) === free;
  }

  finish(index: number, outcome: 'done' | 'left'): void {
    Atomics.store(this.#words, index, this.#round | (outcome === 'done' ? done : left));
    Atomics.notify(this.#words, index);
  }

  /** What became of a task, which nobody may claim from now on. Waits for whoever is at work on it, no longer than `patience` milliseconds. */
  outcome(index: number, patience: number): TaskOutcome {
    const working = this.#round | atWork;
    let state = Atomics.compareExchange(this.#words, index, this.#round | untouched, this.#round | left);
    for (let count = 0; state === working && count < spins; count += 1) state = Atomics.load(this.#words, index);
    if (state === working) {
      Atomics.wait(this.#words, index, working, patience);
      state = Atomics.load(this.#words, index);
    }
    if (state === working) return 'at-work';
    return state === (this.#round | done) ? 'done' : 'left';
  }
}
