import { describe, expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatShare } from './quantities.js';

describe('bytes are shown in three digits', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [1254, '1.25 kB'],
    [9_994, '9.99 kB'],
    [9_996, '10.0 kB'],
    [99_960, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [84_100_000_000, '84.1 GB'],
    [5e18, '5000 PB'],
  ])('%d is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('time spans are shown in at most two units', () => {
  test.each([
    [0, '0.0 s'],
    [0.44, '0.4 s'],
    [9.96, '10 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [3599.9, '1 h'],
    [7500, '2 h 5 min'],
    [86_400 * 2 + 3600 * 3, '2 d 3 h'],
  ])('%d s is %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

test('counts have thousands separators and the right plural', () => {
  expect(formatCount(1, 'file')).toBe('1 file');
  expect(formatCount(12_034, 'file')).toBe('12,034 files');
  expect(formatCount(2, 'entry', 'entries')).toBe('2 entries');
});

test('a share that is not nothing is never shown as nothing', () => {
  expect(formatShare(1, 1_000_000)).toBe('< 1 %');
  expect(formatShare(41, 100)).toBe('41 %');
  expect(formatShare(0, 0)).toBe('100 %');
});
