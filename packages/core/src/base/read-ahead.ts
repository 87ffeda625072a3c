/**
 * Passes on what a source gives, and asks for the next while what it gave is worked on: for sources that wait for something else than the processor.
 * Holds one item more. A source that fails does so after what it gave before.
 */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const ask = () => {
    const next = iterator.next();
    // Nobody waits for it if nobody wants any more.
    next.catch(() => {});
    return next;
  };
  try {
    for (let asked = ask(); ; ) {
      const next = await asked;
      if (next.done === true) return;
      asked = ask();
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
