import { monotonic } from './monotonic.js';

const turnMilliseconds = 20;

/** For loops that never wait: after a while of work, lets everything else that is due have its turn. */
export class Turns {
  #since = monotonic();

  /** Something to wait for, if it is time. */
  next(): Promise<void> | undefined {
    if (monotonic() - this.#since < turnMilliseconds) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#since = monotonic();
        resolve();
      });
    });
  }
}
