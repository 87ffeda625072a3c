import { setTimeout as sleepFor } from 'node:timers/promises';
import { isProviderError, type ProviderError } from '@holdfast/core/provider-api';
import { throwIfCancelled } from './cancellation.js';

/** How often and how long a call is tried. Times in milliseconds. */
export interface RetryPolicy {
  /** Calls in all, the first one included. */
  readonly attempts: number;
  /** The wait behind the first failure; it doubles with each further one, and up to half of each is taken off at random. */
  readonly firstDelayMs: number;
  /** No wait is longer. A service that asks for a longer one isn't called again. */
  readonly maxDelayMs: number;
  /** No attempt starts later than this behind the first. */
  readonly maxTotalMs: number;
}

/** Outlasts a restart of the service or of the router: about three minutes of waiting. */
export const defaultRetryPolicy: RetryPolicy = { attempts: 10, firstDelayMs: 500, maxDelayMs: 60_000, maxTotalMs: 15 * 60_000 };

/** What is told of retries, and what tests put in the place of clock and chance. */
export interface RetryOptions {
  /** Called before each wait. */
  readonly onRetry?: (error: ProviderError, failed: { readonly attempt: number; readonly delayMs: number }) => void;
  /** From 0 up to 1. */
  readonly random?: () => number;
  /** Rejects as soon as the signal fires. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

/**
 * Runs a call until it succeeds, fails for good or has been tried as often and as long as the policy allows; the last error is thrown
 * then. Only `unavailable` and `rate-limited` are worth a further attempt. Once the signal has fired there is none, and `cancelled` is
 * thrown.
 */
export async function retry<T>(
  policy: RetryPolicy,
  signal: AbortSignal,
  run: (attempt: number) => Promise<T>,
  { onRetry, random = Math.random, sleep = wait, now = () => performance.now() }: RetryOptions = {},
): Promise<T> {
  const started = now();
  for (let attempt = 1; ; attempt += 1) {
    throwIfCancelled(signal);
    try {
      return await run(attempt);
    } catch (error) {
      throwIfCancelled(signal);
      if (!isWorthRetrying(error) || attempt >= policy.attempts) throw error;
      const delayMs = delayBehind(error, attempt, policy, random());
      if (delayMs === undefined || now() - started + delayMs > policy.maxTotalMs) throw error;
      onRetry?.(error, { attempt, delayMs });
      await pause(sleep, delayMs, signal);
    }
  }
}

/** True for a failure that the same call may not meet again. */
export function isWorthRetrying(error: unknown): error is ProviderError {
  return isProviderError(error) && (error.code === 'unavailable' || error.code === 'rate-limited');
}

/** Milliseconds to wait behind failed attempt number `attempt`; undefined if the service asks for more than the policy allows. */
export function delayBehind(error: ProviderError, attempt: number, policy: RetryPolicy, random: number): number | undefined {
  const asked = (error.retryAfter ?? 0) * 1000;
  if (asked > policy.maxDelayMs) return undefined;
  const backOff = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (attempt - 1));
  return Math.max(asked, backOff * (1 - random / 2));
}

/** Waits; `cancelled` is thrown if the signal fires meanwhile. */
export async function pause(sleep: NonNullable<RetryOptions['sleep']>, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, signal);
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  }
}

export function wait(milliseconds: number, signal: AbortSignal): Promise<unknown> {
  return sleepFor(milliseconds, undefined, { signal });
}
