import { ProviderError, type ProviderErrorCode } from '@holdfast/core/provider-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retry, type RetryPolicy } from './retry.js';

const policy: RetryPolicy = { attempts: 5, firstDelayMs: 100, maxDelayMs: 1_000, maxTotalMs: 60_000 };

/** Clock and chance of a test: no time passes but by waiting and by calls that take some. */
function testClock(random = 0) {
  const delays: number[] = [];
  const clock = { now: 0 };
  const sleep = (milliseconds: number) => {
    delays.push(milliseconds);
    clock.now += milliseconds;
    return Promise.resolve();
  };
  return { delays, clock, options: { random: () => random, sleep, now: () => clock.now } };
}

const failing = (code: ProviderErrorCode, retryAfter?: number) =>
  new ProviderError(code, 'It failed.', retryAfter === undefined ? {} : { retryAfter });
const { signal } = new AbortController();

describe('trying again', () => {
  test('waits twice as long each time, up to the bound, and gives the result that came at last', async () => {
    const { delays, options } = testClock();
    const told: number[] = [];
    const onRetry = (_: ProviderError, { delayMs }: { delayMs: number }) => told.push(delayMs);
    const run = async (attempt: number) => {
      if (attempt < 8) throw failing('unavailable');
      return `attempt ${attempt}`;
    };
    expect(await retry({ ...policy, attempts: 8 }, signal, run, { ...options, onRetry })).toBe('attempt 8');
    expect(delays).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000]);
    expect(told).toEqual(delays);
  });

  test('takes up to half off a wait by chance', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (random) => {
        const { delays, options } = testClock(random);
        await expect(retry(policy, signal, () => Promise.reject(failing('unavailable')), options)).rejects.toThrow('It failed.');
        for (const [index, delay] of delays.entries()) {
          expect(delay).toBeLessThanOrEqual(100 * 2 ** index);
          expect(delay).toBeGreaterThanOrEqual(50 * 2 ** index);
        }
      }),
    );
  });

  test('ends with the last error after as many attempts as are allowed', async () => {
    const { delays, options } = testClock();
    const errors = Array.from({ length: 5 }, () => failing('rate-limited'));
    await expect(retry(policy, signal, (attempt) => Promise.reject(errors[attempt - 1] ?? new Error('too many')), options)).rejects.toBe(
      errors[4],
    );
    expect(delays).toHaveLength(4);
  });

  test.each<unknown>([
    ...(
      ['auth-failed', 'permission-denied', 'not-found', 'quota-exceeded', 'too-large', 'corrupt', 'invalid-config', 'internal'] as const
    ).map((code) => failing(code)),
    new TypeError('a fault'),
  ])('does not happen for what stays wrong: %s', async (error) => {
    const { delays, options } = testClock();
    const run = async () => {
      throw error;
    };
    await expect(retry(policy, signal, run, options)).rejects.toBe(error);
    expect(delays).toEqual([]);
  });

  test('waits as long as the service asks for, and does not wait longer than the bound', async () => {
    const { delays, options } = testClock();
    const asked = [0.9, 0.01, 1.001];
    const run = (attempt: number) => Promise.reject(failing('rate-limited', asked[attempt - 1]));
    await expect(retry(policy, signal, run, options)).rejects.toMatchObject({ retryAfter: 1.001 });
    expect(delays).toEqual([900, 200]);
  });

  test('starts no attempt behind the time for all', async () => {
    const { delays, clock, options } = testClock();
    const run = () => {
      clock.now += 400;
      return Promise.reject(failing('unavailable'));
    };
    await expect(retry({ ...policy, maxTotalMs: 1_000 }, signal, run, options)).rejects.toMatchObject({ code: 'unavailable' });
    expect(delays).toEqual([100]);
  });

  test('ends as cancelled while it waits, while a call runs, and before the first', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 10);
    await expect(
      retry({ ...policy, firstDelayMs: 60_000, maxDelayMs: 60_000 }, stop.signal, () => Promise.reject(failing('unavailable'))),
    ).rejects.toMatchObject({
      code: 'cancelled',
    });
    const during = new AbortController();
    const run = () => {
      during.abort();
      return Promise.reject(new Error('the socket was closed'));
    };
    await expect(retry(policy, during.signal, run)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(retry(policy, during.signal, () => Promise.reject(new Error('never called')))).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
