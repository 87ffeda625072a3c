/** Lets one at a time through, in the order in which they came. */
export interface Turnstile {
  /** Runs the task when it is its turn. Who no longer wants to wait, leaves the queue with the signal's reason. */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Keeps a host from starting several providers' processes at the same time, which would slow down each of them. */
export function createTurnstile(): Turnstile {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async run(task, signal) {
      const before = last;
      let leave = () => {};
      last = new Promise<void>((resolve) => {
        leave = resolve;
      }).then(() => before);
      try {
        await untilTurn(before, signal);
        return await task();
      } finally {
        leave();
      }
    },
  };
}

async function untilTurn(before: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (signal === undefined) {
    await before;
    return;
  }
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([before, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
