import { expect, test } from 'vitest';
import { normalisePrefix, prefixFault } from './prefix.js';

test.each([
  ['', ''],
  ['/', ''],
  ['a/b', 'a/b'],
  ['a/b/', 'a/b'],
  ['/a//', 'a'],
])('the prefix %j is %j', (prefix, normalised) => {
  expect(normalisePrefix(prefix)).toBe(normalised);
});

test.each([
  ['', undefined],
  ['holdfast', undefined],
  ['backups/at home/', undefined],
  ['.hidden', undefined],
  ['é'.repeat(10), undefined],
  ['/a', 'leading-slash'],
  ['/', 'leading-slash'],
  ['a//b', 'empty-part'],
  ['a/../b', 'dots'],
  ['.', 'dots'],
  ['a\nb', 'control'],
  ['a\u007f', 'control'],
  ['\ud800', 'control'],
  ['é'.repeat(10) + 'x', 'too-long'],
])('the fault of the prefix %j is %s', (prefix, fault) => {
  expect(prefixFault(prefix, 20)).toBe(fault);
});
