import type { BodyPart } from './part-assembler.js';

/** The first part of a body, which tells whether it is the only one, and all parts with it. */
export interface FirstPart extends AsyncDisposable {
  readonly first: BodyPart;
  /** All parts, the first one again in front. Once. */
  readonly parts: AsyncIterable<BodyPart>;
}

/**
 * Waits for the first part. If it is `last` it is the whole body, and nothing more needs to be done with `parts`. Dispose of it in any
 * case: that cancels the body if its parts were not read to their end. With `await using`, what is made of the parts has to be awaited
 * before the function returns it.
 */
export async function firstOf(parts: AsyncIterable<BodyPart>): Promise<FirstPart> {
  const iterator = parts[Symbol.asyncIterator]();
  const next = await iterator.next();
  if (next.done === true) throw new TypeError('There are no parts.');
  const first = next.value;
  const close = async () => {
    await iterator.return?.();
  };
  let given = false;
  return {
    first,
    parts: {
      [Symbol.asyncIterator]: () => ({
        next() {
          if (given) return iterator.next();
          given = true;
          return Promise.resolve({ done: false as const, value: first });
        },
        async return() {
          await close();
          return { done: true as const, value: undefined };
        },
      }),
    },
    [Symbol.asyncDispose]: close,
  };
}
