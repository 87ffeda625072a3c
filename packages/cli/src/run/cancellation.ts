import { exitCodes } from './exit-codes.js';

export interface Cancellation extends Disposable {
  readonly signal: AbortSignal;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type CancellingSignal = (typeof signals)[number];

/**
 * Ctrl-C (or a polite kill) asks the work to stop and clean up; a second one ends the process at once.
 * What is unfinished then is swept by the next backup.
 *
 * @param except means something else to the command, which listens to it itself
 */
export function listenForCancellation(onFirst: () => void, except?: CancellingSignal): Cancellation {
  const cancelling = signals.filter((signal) => signal !== except);
  const controller = new AbortController();
  const listener = (): void => {
    if (controller.signal.aborted) {
      // Where a file system does not answer, even this waits: the third one is the system's to heed.
      stopListening();
      process.exit(exitCodes.cancelled);
    }
    onFirst();
    controller.abort();
  };
  const stopListening = (): void => {
    for (const signal of cancelling) process.off(signal, listener);
  };
  for (const signal of cancelling) process.on(signal, listener);
  return { signal: controller.signal, [Symbol.dispose]: stopListening };
}
