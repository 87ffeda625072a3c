export interface FanOutBranch<T> {
  readonly items: AsyncIterable<T>;
  /** Drops this reader. To be called in any case: one that never started to read would hold up the others. */
  leave(): void;
}

/**
 * Gives every item of a source to several readers, at the pace of the slowest: each may be `depth` items behind. A reader
 * that leaves early is dropped and the others go on; when all have left, the source is told to stop.
 * A failing source fails for every reader.
 */
export function fanOut<T>(source: AsyncIterable<T>, readers: number, depth = 4): FanOutBranch<T>[] {
  const branches = Array.from({ length: readers }, () => new Branch<T>());
  const iterator = source[Symbol.asyncIterator]();
  let pumping: Promise<void> | undefined;
  const start = () => {
    pumping ??= pump(iterator, branches, depth);
  };
  return branches.map((branch) => ({ items: branch.readable(start), leave: () => branch.leave() }));
}

async function pump<T>(iterator: AsyncIterator<T>, branches: readonly Branch<T>[], depth: number): Promise<void> {
  try {
    for (;;) {
      const live = branches.filter((branch) => !branch.left);
      if (live.length === 0) break;
      await Promise.all(live.map((branch) => branch.roomFor(depth)));
      const next = await iterator.next();
      if (next.done === true) {
        for (const branch of branches) branch.end();
        return;
      }
      for (const branch of branches) branch.push(next.value);
    }
    await iterator.return?.();
  } catch (error) {
    for (const branch of branches) branch.fail(error);
  }
}

/** One reader's queue. */
class Branch<T> {
  left = false;
  readonly #queue: T[] = [];
  #state: { ended: boolean; error?: unknown } = { ended: false };
  #wakeReader: (() => void) | undefined;
  #wakePump: (() => void) | undefined;

  push(item: T): void {
    if (this.left) return;
    this.#queue.push(item);
    this.#wakeReader?.();
  }

  end(): void {
    this.#state = { ended: true };
    this.#wakeReader?.();
  }

  fail(error: unknown): void {
    this.#state = { ended: true, error };
    this.#wakeReader?.();
  }

  leave(): void {
    this.left = true;
    this.#queue.length = 0;
    this.#wakePump?.();
  }

  /** Waits until fewer than `depth` items are queued, or the reader has left. */
  async roomFor(depth: number): Promise<void> {
    while (!this.left && this.#queue.length >= depth) {
      await new Promise<void>((resolve) => {
        this.#wakePump = resolve;
      });
    }
  }

  async *readable(start: () => void): AsyncGenerator<T, void, undefined> {
    start();
    try {
      for (;;) {
        const item = this.#queue.shift();
        if (item !== undefined) {
          this.#wakePump?.();
          yield item;
        } else if (this.#state.ended) {
          if ('error' in this.#state) throw this.#state.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        }
      }
    } finally {
      this.leave();
    }
  }
}
