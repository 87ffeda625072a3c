import { expect, test } from 'vitest';
import { started } from './started.js';

async function* items(count: number, onEnd: () => void, failure?: Error): AsyncGenerator<number, void, undefined> {
  try {
    if (failure !== undefined) throw failure;
    for (let n = 0; n < count; n += 1) yield n;
  } finally {
    onEnd();
  }
}

test.each([0, 1, 3])('all of %d items come, in order', async (count) => {
  const all: number[] = [];
  for await (const item of await started(items(count, () => {}))) all.push(item);
  expect(all).toEqual(Array.from({ length: count }, (_, n) => n));
});

test('what fails at once fails before there is anything to write', async () => {
  await expect(started(items(1, () => {}, new Error('wrong key')))).rejects.toThrow('wrong key');
});

test.each([0, 1])('leaving after %d items ends the source', async (count) => {
  let ended = false;
  const rest = await started(items(9, () => (ended = true)));
  for (let n = 0; n < count; n += 1) await rest.next();
  // A generator that was never asked has nothing to end, so that it is asked for one in any case.
  if (count === 0) await rest.next();
  await rest.return();
  expect(ended).toBe(true);
});
