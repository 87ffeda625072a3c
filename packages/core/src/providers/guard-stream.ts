export interface GuardedStream<T> {
  readonly stream: ReadableStream<T>;
  /** Tells the source that no more is wanted, also while somebody else holds the stream: to them it fails, since an end would look like all there is. */
  stop(reason: unknown): void;
}

export interface StreamGuard {
  /** The error to pass on for one of the source. */
  readonly onError: (error: unknown) => unknown;
  /** Ends the stream with an error when it fires. */
  readonly signal?: AbortSignal;
}

/** A stream of the same chunks, one at a time, whose errors can be seen and whose source can be stopped. */
export function guardStream<T>(source: ReadableStream<T>, { onError, signal }: StreamGuard): GuardedStream<T> {
  const reader = source.getReader();
  let fail = (_: unknown) => {};
  let stopped = false;
  const onAbort = () => stop(onError(signal?.reason));

  function stop(reason: unknown): void {
    signal?.removeEventListener('abort', onAbort);
    stopped = true;
    fail(reason);
    reader.cancel(reason).catch(() => {});
  }

  const stream = new ReadableStream<T>(
    {
      start(controller) {
        fail = (error) => controller.error(error);
        if (signal?.aborted === true) onAbort();
        else signal?.addEventListener('abort', onAbort);
      },
      async pull(controller) {
        const next = await reader.read().catch((error: unknown) => {
          signal?.removeEventListener('abort', onAbort);
          throw onError(error);
        });
        if (stopped) return;
        if (next.done) {
          signal?.removeEventListener('abort', onAbort);
          controller.close();
        } else controller.enqueue(next.value);
      },
      cancel: stop,
    },
    { highWaterMark: 0 },
  );
  return { stream, stop };
}
