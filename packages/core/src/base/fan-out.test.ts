import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Backlog, fanOut, type FanOutBranch } from './fan-out.js';

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

class TooSlow extends Error {}

/** A backlog with room for so many items, which notes the most that it held. */
class Room<T> implements Backlog<T> {
  most = 0;
  readonly #items: T[] = [];

  constructor(private readonly room: number) {}

  get length(): number {
    return this.#items.length;
  }

  async push(item: T): Promise<boolean> {
    if (this.#items.length >= this.room) return false;
    this.#items.push(item);
    this.most = Math.max(this.most, this.#items.length);
    return true;
  }

  async shift(): Promise<T | undefined> {
    return this.#items.shift();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#items.length = 0;
  }
}

function fanned<T>(source: AsyncIterable<T>, readers: number, { room = Infinity, depth = 4 } = {}) {
  const rooms: Room<T>[] = [];
  const dropped: number[] = [];
  const branches = fanOut(source, readers, {
    depth,
    backlog() {
      const made = new Room<T>(room);
      rooms.push(made);
      return made;
    },
    onTooFarBehind(reader) {
      dropped.push(reader);
      return new TooSlow();
    },
  });
  return { branches, rooms, dropped };
}

/** Lets everything go on that only waits for promises. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('fanOut', () => {
  test('lets the fastest finish at its own pace, however far the others are behind, and gives all of it to all', async () => {
    const { branches } = fanned(numbers(100), 3);
    const [fast, slow, idle] = branches as [FanOutBranch<number>, FanOutBranch<number>, FanOutBranch<number>];
    const iterator = slow.items[Symbol.asyncIterator]();
    await iterator.next();
    expect(await collect(fast.items)).toHaveLength(100);
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    expect(await collect(idle.items)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  test('reads the source no further ahead of the fastest than its depth, where the others have no room for more either', async () => {
    let produced = 0;
    const { branches, dropped } = fanned(
      numbers(50, () => (produced += 1)),
      2,
      { room: 8 },
    );
    for (const branch of branches) await branch.items[Symbol.asyncIterator]().next();
    await settled();
    expect(produced).toBeLessThanOrEqual(6);
    expect(dropped).toEqual([]);
  });

  test('drops one that is further behind than it has room for, and the others go on', async () => {
    const { branches, dropped } = fanned(numbers(30), 2, { room: 8 });
    const slow = branches[1]?.items[Symbol.asyncIterator]();
    await slow?.next();
    expect(await collect(branches[0]?.items ?? numbers(0))).toHaveLength(30);
    expect(dropped).toEqual([1]);
    await expect(slow?.next()).rejects.toBeInstanceOf(TooSlow);
  });

  test('goes on for the others when a reader leaves, also one that never began', async () => {
    const { branches } = fanned(numbers(30), 3, { room: 2, depth: 2 });
    const [stays, leaves, idle] = branches as [FanOutBranch<number>, FanOutBranch<number>, FanOutBranch<number>];
    await idle.leave();
    const first = (async () => {
      for await (const _ of leaves.items) break;
    })();
    expect(await collect(stays.items)).toHaveLength(30);
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
    const { branches } = fanned(endless(), 1);
    for await (const _ of branches[0]?.items ?? numbers(0)) break;
    await settled();
    expect(stopped).toBe(true);
  });

  test('fails for every reader when the source fails', async () => {
    async function* failing() {
      yield 1;
      throw new Error('source');
    }
    const { branches } = fanned(failing(), 2);
    const results = await Promise.allSettled(branches.map(({ items }) => collect(items)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('whatever their paces: who is not dropped gets everything in order, the last is never dropped, and no room is exceeded', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          count: fc.integer({ min: 0, max: 60 }),
          room: fc.integer({ min: 3, max: 20 }),
          depth: fc.integer({ min: 1, max: 3 }),
          // How many turns a reader waits before each item; one that hangs takes no more after so many; one that leaves goes after so many.
          readers: fc.array(
            fc.record({
              pace: fc.integer({ min: 0, max: 6 }),
              ends: fc.option(fc.record({ after: fc.nat({ max: 20 }), by: fc.constantFrom('hanging', 'leaving') }), { nil: undefined }),
            }),
            { minLength: 1, maxLength: 4 },
          ),
        }),
        async ({ count, room, depth, readers }) => {
          const { branches, rooms, dropped } = fanned(numbers(count), readers.length + 1, { room, depth });
          const read = async ({ items, leave }: FanOutBranch<number>, number: number) => {
            const { pace, ends } = readers[number] ?? { pace: 2, ends: undefined };
            const got: number[] = [];
            try {
              for await (const item of items) {
                for (let turn = 0; turn < pace; turn += 1) await settled();
                if (ends !== undefined && got.length >= ends.after) {
                  // Until it is dropped, or nobody else is left to wait for it.
                  if (ends.by === 'hanging') return { got, how: 'hung' };
                  break;
                }
                got.push(item);
              }
              return { got, how: ends === undefined ? 'all' : 'left' };
            } catch (error) {
              if (!(error instanceof TooSlow)) throw error;
              return { got, how: 'dropped' };
            } finally {
              await leave();
            }
          };
          // The last one goes on whatever happens, at a pace of its own.
          const results = await Promise.all(branches.map(read));
          const everything = Array.from({ length: count }, (_, n) => n);
          for (const { got } of results) expect(got).toEqual(everything.slice(0, got.length));
          for (const { got, how } of results) if (how === 'all') expect(got).toHaveLength(count);
          expect(results.filter(({ how }) => how === 'dropped').length).toBeLessThanOrEqual(dropped.length);
          expect(results.some(({ how }) => how !== 'dropped')).toBe(true);
          for (const { most } of rooms) expect(most).toBeLessThanOrEqual(room);
        },
      ),
      { numRuns: 60 },
    );
  });
});
