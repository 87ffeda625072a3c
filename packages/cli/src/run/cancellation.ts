import { exitCodes } from './exit-codes.js';

export interface Cancellation extends Disposable {
  readonly signal: AbortSignal;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ctrl-C (or a polite kill) asks the work to stop and clean up; a second one ends the process at once.
 * What is unfinished then is swept by the next backup.
 */
export function listenForCancellation(onFirst: () => void): Cancellation {
  const controller = new AbortController();
  const listener = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.cancelled);
    onFirst();
    controller.abort();
  };
  for (const signal of signals) process.on(signal, listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}
