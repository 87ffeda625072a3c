import { expect, test } from 'vitest';
import { addCrash, decideRestart } from './restart-policy.js';

const minute = 60_000;
const limits = { crashes: 3, window: 5 * minute, delays: [500, 2000, 8000] };

test.each([
  ['no crash', [], { type: 'start', at: 0 }],
  ['one crash', [1000], { type: 'start', at: 1500 }],
  ['two within the window', [1000, 2000], { type: 'start', at: 4000 }],
  ['three within the window', [0, minute, 5 * minute], { type: 'stop' }],
  ['three, but not within the window', [0, minute, 5 * minute + 1], { type: 'start', at: 5 * minute + 1 + 2000 }],
  ['three long ago, and one since', [0, 1, 2, 60 * minute], { type: 'stop' }],
])('%s', (_, crashes, decision) => {
  expect(decideRestart(crashes, limits)).toEqual(decision);
});

test('more crashes than there are delays wait for the last one', () => {
  expect(decideRestart([1, 2, 3], { crashes: 9, window: minute, delays: [10, 20] })).toEqual({ type: 'start', at: 23 });
});

test('what is older than the window, or in the future, is forgotten with the next crash', () => {
  expect(addCrash([0, 2 * minute, 99 * minute], 6 * minute, limits)).toEqual([2 * minute, 6 * minute]);
});
