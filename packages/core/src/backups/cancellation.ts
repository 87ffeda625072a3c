import { isProviderError } from '../provider-api/index.js';
import { backupError } from './errors.js';

/** Runs an operation with a signal; when the signal ended it, rejects with `cancelled` whatever it died of. */
export async function cancellable<T>(signal: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const effective = signal ?? new AbortController().signal;
  try {
    effective.throwIfAborted();
    return await run(effective);
  } catch (error) {
    throw effective.aborted || (isProviderError(error) && error.code === 'cancelled') ? backupError('cancelled', {}, error) : error;
  }
}

/** As {@link cancellable}, for what comes one by one. */
export async function* cancellableEach<T>(
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  const effective = signal ?? new AbortController().signal;
  try {
    effective.throwIfAborted();
    for await (const item of run(effective)) {
      yield item;
      effective.throwIfAborted();
    }
  } catch (error) {
    throw effective.aborted || (isProviderError(error) && error.code === 'cancelled') ? backupError('cancelled', {}, error) : error;
  }
}
