import { setTimeout } from 'node:timers/promises';
import { isProviderError, type ProviderErrorCode } from '@holdfast/core/provider-api';
import { describeError, fail } from '../../expectation/check-failure.js';
import { expectWithin } from '../../expectation/expect.js';

/** How long a call may go on after it was cancelled, milliseconds: a host waits no longer. */
const cancelLimit = 10_000;

/** What came of a call. */
export type Outcome<T> =
  | { readonly value: T }
  | { readonly code: ProviderErrorCode; readonly message: string; readonly retryAfter?: number };

/** Codes for what may be over in a while. */
export const passing: readonly ProviderErrorCode[] = ['unavailable', 'rate-limited'];

/** What came of the call; fails if that is anything but a value or a ProviderError of one of the codes. */
export async function outcomeOf<T>(call: Promise<T>, codes: readonly ProviderErrorCode[], did: string): Promise<Outcome<T>> {
  try {
    return { value: await call };
  } catch (error) {
    const expected = `success, or a ProviderError "${codes.join('" or "')}"`;
    if (!isProviderError(error) || !codes.includes(error.code))
      return fail({ did, expected, came: describeError(error), rule: 'codes', cause: error });
    return { code: error.code, message: error.message, ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }) };
  }
}

/**
 * Makes a call while the service fails for good, and cancels it after a while: who goes on trying has to stop then, and who gave up
 * must have said so with one of the codes. Gives what came.
 */
export async function outcomeWithin<T>(
  milliseconds: number,
  call: (signal: AbortSignal) => Promise<T>,
  codes: readonly ProviderErrorCode[],
  did: string,
): Promise<Outcome<T>> {
  const stop = new AbortController();
  const over = new AbortController();
  const calling = call(stop.signal);
  calling.catch(() => {});
  const waited = setTimeout(milliseconds, undefined, { signal: over.signal }).catch(() => {});
  await Promise.race([calling.catch(() => {}), waited]);
  over.abort();
  stop.abort();
  const ending = expectWithin(cancelLimit, calling, { did: `${did}, and cancelled it after ${milliseconds / 1_000} s`, rule: 'signal' });
  return outcomeOf(ending, [...codes, 'cancelled'], did);
}

/** Makes the call up to three times: who doesn't repeat anything notices a connection that broke before only now. */
export async function settled<T>(call: () => Promise<T>): Promise<T> {
  for (let left = 2; ; left -= 1) {
    try {
      return await call();
    } catch (error) {
      if (left === 0 || !isProviderError(error) || !passing.includes(error.code)) throw error;
    }
  }
}
