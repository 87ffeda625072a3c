import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { inTimeLimit, withTimeLimit } from './time-limit.js';

const { signal } = new AbortController();
const never = (given: AbortSignal) => wait(60_000, undefined, { signal: given });

describe('a time limit', () => {
  test.each([{ total: 10 }, { idle: 10 }])('ends a call that takes longer as unavailable: %j', async (limits) => {
    await expect(inTimeLimit(signal, limits, (limit) => never(limit.signal))).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('of idleness counts from the last sign of life', async () => {
    const run = inTimeLimit(signal, { idle: 100 }, async ({ touch, signal: given }) => {
      for (let turn = 0; turn < 8; turn += 1) {
        await wait(30, undefined, { signal: given });
        touch();
      }
      return 'all of it';
    });
    expect(await run).toBe('all of it');
  });

  test('lets the result and the own errors of a call through', async () => {
    const error = new Error('its own');
    expect(await inTimeLimit(signal, { total: 1_000 }, async () => 5)).toBe(5);
    await expect(inTimeLimit(signal, { total: 1_000 }, () => Promise.reject(error))).rejects.toBe(error);
  });

  test('passes on that the call is not wanted any more, whatever the client throws then', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 10);
    const run = inTimeLimit(stop.signal, { total: 60_000 }, (limit) =>
      never(limit.signal).catch(() => Promise.reject(new Error('socket hang up'))),
    );
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    await expect(inTimeLimit(stop.signal, {}, () => Promise.resolve('too late'))).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('that is disposed of never fires', async () => {
    const stop = new AbortController();
    const limit = withTimeLimit(stop.signal, { total: 10, idle: 10 });
    limit[Symbol.dispose]();
    await wait(30);
    stop.abort();
    expect(limit.signal.aborted).toBe(false);
  });
});
