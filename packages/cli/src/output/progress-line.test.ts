import { describe, expect, test } from 'vitest';
import picocolors from 'picocolors';
import { progressLine, type ProgressState } from './progress-line.js';
import { textWidth } from './text-width.js';

const state: ProgressState = {
  phase: 'creating',
  bytes: 1_200_000_000,
  totalBytes: 2_400_000_000,
  files: 1204,
  rate: 84_000_000,
  secondsLeft: 14.2,
};
const style = (width: number) => ({ width, colors: picocolors.createColors(false), unicode: false });

describe('the progress line', () => {
  test('has everything where there is room', () => {
    expect(progressLine(state, style(120))).toBe(
      'Backing up  ############------------   50 %  1.20 GB of 2.40 GB  84.0 MB/s  14 s left  1,204 files',
    );
  });

  test('fits 80 columns without losing the time left', () => {
    const line = progressLine(state, style(79));
    expect(textWidth(line)).toBeLessThanOrEqual(79);
    expect(line).toContain('14 s left');
  });

  test.each([20, 30, 40, 60, 79, 100])('is never wider than %d columns', (width) => {
    expect(textWidth(progressLine(state, style(width)))).toBeLessThanOrEqual(width);
  });

  test('has no bar where the total is unknown', () => {
    expect(progressLine({ ...state, totalBytes: undefined, secondsLeft: undefined }, style(79))).toBe(
      'Backing up  1.20 GB  84.0 MB/s  1,204 files',
    );
  });

  test('is full at the end also where more was read than was counted before', () => {
    expect(progressLine({ ...state, bytes: 3_000_000_000 }, style(79))).toContain('100 %');
  });
});
