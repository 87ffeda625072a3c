/** A stream of the items, each when it is asked for; an error among them is what the stream fails with. */
export function streamOf<T>(items: Iterable<T | Error, void>): ReadableStream<T> {
  const left = items[Symbol.iterator]();
  return new ReadableStream<T>(
    {
      pull(controller) {
        const { done, value } = left.next();
        if (done === true) controller.close();
        else if (value instanceof Error) controller.error(value);
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The bytes in chunks of that size. */
export function bodyOf(bytes: Uint8Array, chunk = 65_536): ReadableStream<Uint8Array> {
  return streamOf(chunksOf(bytes, chunk));
}

/** The bytes, cut. */
export function* chunksOf(bytes: Uint8Array, size: number): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A body that gives its items and then nothing until it is told to go on. */
export interface StalledBody<T> {
  readonly stream: ReadableStream<T>;
  /** Fulfilled when all was taken and more is asked for. */
  readonly waiting: Promise<void>;
  /** Fulfilled when it is cancelled. */
  readonly cancelled: Promise<void>;
  /** Gives the rest and ends. */
  end(rest?: readonly T[]): void;
}

export function stalledBody<T>(items: readonly T[]): StalledBody<T> {
  let reached = () => {};
  let wasCancelled = () => {};
  let end: (rest?: readonly T[]) => void = () => {};
  const waiting = new Promise<void>((resolve) => (reached = resolve));
  const cancelled = new Promise<void>((resolve) => (wasCancelled = resolve));
  const goOn = new Promise<readonly T[]>((resolve) => (end = (rest = []) => resolve(rest)));
  const left = [...items];
  const stream = new ReadableStream<T>(
    {
      async pull(controller) {
        const item = left.shift();
        if (item !== undefined) return controller.enqueue(item);
        reached();
        for (const rest of await goOn) controller.enqueue(rest);
        return controller.close();
      },
      cancel: () => wasCancelled(),
    },
    { highWaterMark: 0 },
  );
  return { stream, waiting, cancelled, end: (rest) => end(rest) };
}
