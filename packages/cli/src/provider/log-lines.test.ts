import { expect, test } from 'vitest';
import { linesAfter } from './log-lines.js';

test.each([
  ['nothing new', 'abc', 'abc', ''],
  ['a log that grows', 'abc', 'abcde', 'de'],
  ['a window that moves on', 'abc', 'bcd', 'd'],
  ['lines that repeat', 'aaa', 'aaaa', 'a'],
  ['a log that was replaced', 'abc', 'xy', 'xy'],
  ['the first lines', '', 'ab', 'ab'],
  ['a log that was emptied', 'abc', '', ''],
])('%s', (_what, before, now, after) => expect(linesAfter([...before], [...now]).join('')).toBe(after));
