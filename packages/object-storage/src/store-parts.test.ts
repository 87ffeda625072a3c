import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesAt, piecesOfBody, stalledBody, streamOf } from './bodies.fixture.js';
import { firstOf } from './first-of.js';
import { partsOf } from './parts-of.js';
import { storeParts } from './store-parts.js';

const { signal } = new AbortController();

describe('storing parts', () => {
  test('gives the results in the order of the numbers, from memory that nobody else uses', async () => {
    await fc.assert(
      fc.asyncProperty(
        piecesOfBody,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 4 }),
        async ({ pieces, content }, size, atOnce) => {
          const stored = Buffer.alloc(content.length);
          let running = 0;
          const numbers = await storeParts(
            partsOf(streamOf(pieces).body, () => size, signal),
            { atOnce, signal },
            async (part) => {
              running += 1;
              expect(running).toBeLessThanOrEqual(atOnce);
              for (let turns = part.number % 4; turns >= 0; turns -= 1) await Promise.resolve();
              stored.set(part.bytes, part.offset);
              running -= 1;
              return part.number;
            },
          );
          expect(stored.equals(content)).toBe(true);
          expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
        },
      ),
    );
  });

  test.each([
    { atOnce: 3, memoryBytes: 1_000, running: 3 },
    { atOnce: 3, memoryBytes: 30, running: 2 },
    { atOnce: 3, memoryBytes: 10, running: 1 },
  ])('pulls one part ahead at most, and none where memory is short: %j', async ({ atOnce, memoryBytes, running: expected }) => {
    const { body, state } = streamOf(Array.from({ length: 12 }, (_, index) => bytesAt(index * 10, 10)));
    let [running, most, finished, unfinished] = [0, 0, 0, 0];
    await storeParts(
      partsOf(body, () => 10, signal),
      { atOnce, memoryBytes, signal },
      async () => {
        running += 1;
        most = Math.max(most, running);
        await wait(5);
        // A part goes out with the chunk behind it, which is counted too.
        unfinished = Math.max(unfinished, state.pulled - finished);
        running -= 1;
        finished += 1;
      },
    );
    expect(most).toBe(expected);
    expect(unfinished).toBeLessThanOrEqual(memoryBytes === 1_000 ? expected + 2 : expected + 1);
  });

  test('uses few buffers for many parts', async () => {
    const buffers = new Set<ArrayBufferLike>();
    const chunks = Array.from({ length: 200 }, (_, index) => bytesAt(index * 10, 10));
    await storeParts(
      partsOf(streamOf(chunks).body, () => 10, signal),
      { atOnce: 3, signal },
      async ({ bytes }) => {
        buffers.add(bytes.buffer);
        await wait(0);
      },
    );
    expect(buffers.size).toBeLessThanOrEqual(5);
  });

  test('that fails once tells the others, waits for them, leaves the body and throws the first failure', async () => {
    const { body, state } = streamOf(Array.from({ length: 12 }, (_, index) => bytesAt(index * 10, 10)));
    const ended: number[] = [];
    const storing = storeParts(
      partsOf(body, () => 10, signal),
      { atOnce: 3, signal },
      async ({ number }, signalOfOthers) => {
        if (number === 2) throw new Error('part 2 failed');
        await wait(60_000, undefined, { signal: signalOfOthers }).catch(() => wait(20));
        ended.push(number);
        throw new Error(`part ${number} was told to stop`);
      },
    );
    await expect(storing).rejects.toThrow('part 2 failed');
    expect(ended).toContain(1);
    expect(ended.every((number) => number === 1 || number === 3)).toBe(true);
    expect(state.cancelled).toBe(true);
  });

  test('takes parts that end without the last one for a body that was let go of too early', async () => {
    const { body } = streamOf(Array.from({ length: 4 }, (_, index) => bytesAt(index * 10, 10)));
    const { parts, [Symbol.asyncDispose]: close } = await firstOf(partsOf(body, () => 10, signal));
    const storing = storeParts(parts, { atOnce: 1, signal }, () => wait(5));
    await close();
    await expect(storing).rejects.toMatchObject({ code: 'internal' });
  });

  test('that fails does not wait for a body which gives nothing', async () => {
    const { body, state } = stalledBody([{ type: 'data', bytes: bytesAt(0, 11) }]);
    const storing = storeParts(
      partsOf(body, () => 10, signal),
      { atOnce: 3, signal },
      () => Promise.reject(new Error('no')),
    );
    await expect(storing).rejects.toThrow('no');
    expect(state.cancelled).toBe(true);
  });

  test('that is cancelled tells all, waits for them and says so', async () => {
    const stop = new AbortController();
    const { body, state } = stalledBody([{ type: 'data', bytes: bytesAt(0, 25) }]);
    let ended = 0;
    const storing = storeParts(
      partsOf(body, () => 10, stop.signal),
      { atOnce: 3, signal: stop.signal },
      async (_, signalOfPart) => {
        await wait(60_000, undefined, { signal: signalOfPart }).catch(() => wait(10));
        ended += 1;
      },
    );
    setTimeout(() => stop.abort(), 20);
    await expect(storing).rejects.toMatchObject({ code: 'cancelled' });
    expect(ended).toBe(2);
    expect(state.cancelled).toBe(true);
  });
});
