export function bodyOf(text: string): ReadableStream<Uint8Array> {
  return streamOf(text === '' ? [] : [Buffer.from(text)]);
}

/** A stream of the items; an error among them is what the stream fails with. */
export function streamOf<T>(items: readonly (T | Error)[]): ReadableStream<T> {
  const left = items.values();
  return new ReadableStream<T>({
    pull(controller) {
      const { done, value } = left.next();
      if (done === true) controller.close();
      else if (value instanceof Error) controller.error(value);
      else controller.enqueue(value);
    },
  });
}

/** A body that gives some bytes and then nothing until `end` is called. */
export function stalledBody(bytes: Uint8Array) {
  let reached = () => {};
  let close = () => {};
  const state = { cancelled: false, waiting: new Promise<void>((resolve) => (reached = resolve)), end: () => close() };
  let given = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (!given) controller.enqueue(bytes);
        else {
          close = () => controller.close();
          reached();
          return new Promise<void>(() => {});
        }
        given = true;
        return undefined;
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, state };
}
