import { expect, test } from 'vitest';
import picocolors from 'picocolors';
import { showProgress } from './progress-display.js';

test('while it is paused, nothing is drawn, and then it goes on', () => {
  const written: string[] = [];
  let now = 0;
  const style = () => ({ width: 79, colors: picocolors.createColors(false), unicode: false });
  const display = showProgress({ write: (text) => written.push(text) }, style, () => now);
  const step = () => display.update({ phase: 'creating', bytes: (now += 1), totalBytes: 9, files: 1, current: undefined });
  step();
  display.pause();
  const before = written.length;
  expect(written.at(-1)).toBe('\r\u001b[2K');
  step();
  expect(written).toHaveLength(before);
  display.resume();
  step();
  expect(written).toHaveLength(before + 1);
  display.stop();
});

test('progress is drawn at most ten times a second and leaves nothing behind', () => {
  const written: string[] = [];
  let now = 0;
  const display = showProgress(
    { write: (text) => written.push(text) },
    () => ({ width: 79, colors: picocolors.createColors(false), unicode: false }),
    () => now,
  );
  for (let call = 0; call < 1000; call += 1) {
    now = call / 1000;
    display.update({ phase: 'creating', bytes: call * 1000, totalBytes: 1_000_000, files: call, current: undefined });
  }
  display.stop();
  expect(written.length).toBeLessThanOrEqual(12);
  expect(written.every((text) => text.startsWith('\r\u001b[2K'))).toBe(true);
  expect(written.at(-1)).toBe('\r\u001b[2K');
});
