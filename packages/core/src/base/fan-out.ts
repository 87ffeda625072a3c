export interface FanOutBranch<T> {
  readonly items: AsyncIterable<T>;
  /** Drops this reader. To be called in any case: one that never started to read would keep all that it was to read. */
  leave(): Promise<void>;
}

/** What a reader has still to read. One at a time pushes, and one at a time shifts; both may go on at once. It may be disposed of at any time, and again. */
export interface Backlog<T> extends AsyncDisposable {
  /** Items. */
  readonly length: number;
  /** Takes an item, or says that there is no room for it. */
  push(item: T): boolean | Promise<boolean>;
  /** The oldest item; `undefined` if there is none. */
  shift(): T | undefined | Promise<T | undefined>;
}

export interface FanOutOptions<T> {
  /** The source is read while the furthest reader is behind it by fewer than so many items. Default 4. */
  readonly depth?: number;
  /** Has room for `depth` items in any case. */
  readonly backlog: () => Backlog<T>;
  /** Told of a reader that is dropped, since its backlog has no more room. What its reading fails with. */
  readonly onTooFarBehind: (reader: number) => Error;
}

/**
 * Gives every item of a source to several readers, at the pace of the fastest: what the others have not read yet waits in their backlogs. One whose
 * backlog is full is dropped. That is never the last, nor the fastest: where only slow ones are left, the source waits for the fastest of those.
 * A reader that leaves early is dropped as well; when all have left, the source is told to stop. A failing source fails for every reader.
 */
export function fanOut<T>(source: AsyncIterable<T>, readers: number, options: FanOutOptions<T>): FanOutBranch<T>[] {
  const bell = new Bell();
  const branches = Array.from({ length: readers }, () => new Branch<T>(options.backlog(), bell));
  const iterator = source[Symbol.asyncIterator]();
  let pumping: Promise<void> | undefined;
  const start = () => {
    pumping ??= pump(iterator, branches, bell, options);
  };
  return branches.map((branch) => ({ items: branch.readable(start), leave: () => branch.leave() }));
}

async function pump<T>(
  iterator: AsyncIterator<T>,
  branches: readonly Branch<T>[],
  bell: Bell,
  { depth = 4, onTooFarBehind }: FanOutOptions<T>,
): Promise<void> {
  try {
    for (;;) {
      const live = branches.filter(({ left }) => !left);
      if (live.length === 0) break;
      if (live.every((branch) => branch.length >= depth)) {
        await bell.next();
        continue;
      }
      const next = await iterator.next();
      if (next.done === true) {
        for (const branch of branches) branch.end();
        return;
      }
      await Promise.all(
        branches.map(async (branch, reader) => {
          if (!(await branch.push(next.value))) await branch.drop(onTooFarBehind(reader));
        }),
      );
    }
    await iterator.return?.();
  } catch (error) {
    for (const branch of branches) branch.fail(error);
  }
}

/** One reader. */
class Branch<T> {
  left = false;
  readonly #backlog: Backlog<T>;
  #state: { readonly ended: boolean; readonly failure?: { readonly error: unknown } } = { ended: false };
  readonly #bell: Bell;

  constructor(backlog: Backlog<T>, bell: Bell) {
    this.#backlog = backlog;
    this.#bell = bell;
  }

  get length(): number {
    return this.#backlog.length;
  }

  /** Whether it was taken; an item for a reader that has left is taken and forgotten. */
  async push(item: T): Promise<boolean> {
    if (this.left) return true;
    const isTaken = await this.#backlog.push(item);
    this.#bell.ring();
    return isTaken || this.left;
  }

  end(): void {
    this.#set({ ended: true });
  }

  /** Fails at once: what is still to be read is worth nothing without the rest. */
  fail(error: unknown): void {
    this.#set({ ended: true, failure: { error } });
  }

  async drop(error: Error): Promise<void> {
    this.fail(error);
    await this.leave();
  }

  async leave(): Promise<void> {
    this.left = true;
    this.#bell.ring();
    await this.#backlog[Symbol.asyncDispose]();
  }

  async *readable(start: () => void): AsyncGenerator<T, void, undefined> {
    start();
    try {
      for (;;) {
        if (this.#state.failure !== undefined) throw this.#state.failure.error;
        if (this.#backlog.length > 0) {
          const item = await this.#backlog.shift();
          this.#bell.ring();
          if (item !== undefined) yield item;
        } else if (this.#state.ended) return;
        else await this.#bell.next();
      }
    } finally {
      await this.leave();
    }
  }

  #set(state: { readonly ended: boolean; readonly failure?: { readonly error: unknown } }): void {
    // What came first counts: one that was dropped has not read to the end.
    if (!this.#state.ended) this.#state = state;
    this.#bell.ring();
  }
}

/** Wakes all who wait for something to have changed; each looks for itself whether that concerns it. */
class Bell {
  #next: { readonly rung: Promise<void>; ring(): void } | undefined;

  next(): Promise<void> {
    if (this.#next === undefined) {
      let ring = () => {};
      const rung = new Promise<void>((resolve) => {
        ring = resolve;
      });
      this.#next = { rung, ring };
    }
    return this.#next.rung;
  }

  ring(): void {
    this.#next?.ring();
    this.#next = undefined;
  }
}
