import { expect, test } from 'vitest';
import { SharedTasks } from './shared-tasks.js';

function twoSides(length: number) {
  const memory = new SharedArrayBuffer(4 * length);
  return [new SharedTasks(memory, 0, length), new SharedTasks(memory, 0, length)] as const;
}

test('a task belongs to whoever claims it first', () => {
  const [here, there] = twoSides(2);
  here.begin(2);
  expect([here.claim(0), there.claim(0), there.claim(1), here.claim(1)]).toEqual([true, false, true, false]);
});

test('tells what became of a task, and lets nobody begin it any more', () => {
  const [here, there] = twoSides(4);
  here.begin(4);
  for (const index of [0, 1, 2]) there.claim(index);
  there.finish(0, 'done');
  there.finish(1, 'left');
  expect([0, 1, 2, 3].map((index) => here.outcome(index, 1))).toEqual(['done', 'left', 'at-work', 'left']);
  expect(there.claim(3)).toBe(false);
});

test('a round has no more tasks than it was begun with', () => {
  const [here, there] = twoSides(3);
  here.begin(1);
  expect([0, 1, 2].map((index) => there.claim(index))).toEqual([true, false, false]);
});

test('who is at an earlier round can claim nothing of a later one', () => {
  const [here, there] = twoSides(2);
  here.begin(2, 1);
  there.join(1);
  expect(there.claim(0)).toBe(true);
  there.finish(0, 'done');
  here.outcome(1, 1);
  here.begin(2, 2);
  expect(there.claim(1)).toBe(false);
  there.join(2);
  expect(there.claim(1)).toBe(true);
});
