import { describe, expect, test } from 'vitest';
import { fanOut } from './fan-out.js';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* numbers(count: number, onNext: (n: number) => void = () => {}) {
  for (let n = 0; n < count; n += 1) {
    onNext(n);
    yield n;
  }
}

describe('fanOut', () => {
  test('gives every item to every reader in order', async () => {
    const branches = fanOut(numbers(100), 3);
    const all = await Promise.all(branches.map(({ items }) => collect(items)));
    expect(all).toEqual(Array(3).fill(Array.from({ length: 100 }, (_, n) => n)));
  });

  test('reads the source no further ahead than the depth allows the slowest reader', async () => {
    let produced = 0;
    const [fast, slow] = fanOut(
      numbers(50, () => produced++),
      2,
      4,
    );
    const quick = collect(fast!.items);
    const iterator = slow!.items[Symbol.asyncIterator]();
    await iterator.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(produced).toBeLessThanOrEqual(6);
    while ((await iterator.next()).done !== true);
    expect(await quick).toHaveLength(50);
  });

  test('goes on for the others when a reader leaves, also one that never began', async () => {
    const [stays, leaves, idle] = fanOut(numbers(30), 3, 2);
    idle!.leave();
    const first = (async () => {
      for await (const _ of leaves!.items) break;
    })();
    expect(await collect(stays!.items)).toHaveLength(30);
    await first;
  });

  test('stops the source when all readers have left', async () => {
    let stopped = false;
    async function* endless() {
      try {
        for (;;) yield 0;
      } finally {
        stopped = true;
      }
    }
    const [only] = fanOut(endless(), 1);
    for await (const _ of only!.items) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(stopped).toBe(true);
  });

  test('fails for every reader when the source fails', async () => {
    async function* failing() {
      yield 1;
      throw new Error('source');
    }
    const branches = fanOut(failing(), 2);
    const results = await Promise.allSettled(branches.map(({ items }) => collect(items)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
