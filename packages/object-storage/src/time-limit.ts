import { ProviderError } from '@holdfast/core/provider-api';
import { cancelled } from './cancellation.js';
import { linkedController } from './linked-controller.js';

/** Milliseconds; what is missing has no limit. */
export interface TimeLimits {
  /** How long the call may take. */
  readonly total?: number;
  /** How long nothing may happen: the time from the start or the last `touch`. */
  readonly idle?: number;
}

/** A signal for one call, which fires with the signal that it was made from and when the time is over. Dispose of it after the call. */
export interface TimeLimit extends Disposable {
  /** Its reason is the `ProviderError` to throw: `unavailable` when the time was over, `cancelled` if the call is not wanted any more. */
  readonly signal: AbortSignal;
  /** Something happened. */
  touch(): void;
}

/** Limits the time of one call; {@link inTimeLimit} does it with less to forget. */
export function withTimeLimit(signal: AbortSignal, { total, idle }: TimeLimits): TimeLimit {
  const link = linkedController(signal, cancelled);
  const timer = (milliseconds: number | undefined, what: string) =>
    milliseconds === undefined
      ? undefined
      : setTimeout(() => link.abort(new ProviderError('unavailable', `${what} within ${milliseconds / 1000} seconds.`)), milliseconds);
  const totalTimer = timer(total, 'The service did not finish');
  const idleTimer = timer(idle, 'The service gave no sign of life');
  return {
    signal: link.signal,
    touch: () => idleTimer?.refresh(),
    [Symbol.dispose]() {
      clearTimeout(totalTimer);
      clearTimeout(idleTimer);
      link[Symbol.dispose]();
    },
  };
}

/**
 * Runs a call under a time limit, and waits for its end, so `run` has to heed the signal. Whatever a call throws once the signal has
 * fired, and clients make up errors of their own then, the signal's reason is thrown in its place.
 */
export async function inTimeLimit<T>(signal: AbortSignal, limits: TimeLimits, run: (limit: TimeLimit) => Promise<T>): Promise<T> {
  using limit = withTimeLimit(signal, limits);
  try {
    limit.signal.throwIfAborted();
    return await run(limit);
  } catch (error) {
    limit.signal.throwIfAborted();
    throw error;
  }
}
