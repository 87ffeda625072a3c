import { describe, expect, test } from 'vitest';
import { advanceEstimate, type ProgressEstimate, secondsLeft, startEstimate } from './progress-estimate.js';

/** Runs at `rate` bytes a second from where the estimate is, counted every tenth of a second. */
function run(estimate: ProgressEstimate, seconds: number, rate: number, from = estimate.bytes): ProgressEstimate {
  let current = estimate;
  for (let step = 1; step <= seconds * 5; step += 1) current = advanceEstimate(current, estimate.at + step / 5, from + (step / 5) * rate);
  return current;
}

describe('the rate', () => {
  test('is not told before there is something to tell', () => {
    expect(advanceEstimate(startEstimate(100), 100.2, 5_000_000).rate).toBeUndefined();
  });

  test('is what it is when it is steady', () => {
    expect(run(startEstimate(0), 10, 1000).rate).toBeCloseTo(1000, 0);
  });

  test('follows a change within seconds, without jumping to it', () => {
    const steady = run(startEstimate(0), 20, 1000);
    const soon = run(steady, 0.4, 100).rate ?? 0;
    const later = run(steady, 20, 100).rate ?? 0;
    expect(soon).toBeGreaterThan(800);
    expect(later).toBeLessThan(120);
  });

  test('falls while nothing comes', () => {
    const steady = run(startEstimate(0), 20, 1000);
    expect(run(steady, 8, 0).rate ?? 0).toBeLessThan(200);
  });

  test('does not depend on how often it is asked', () => {
    const often = run(startEstimate(0), 6, 1000);
    let seldom = startEstimate(0);
    for (let at = 1; at <= 6; at += 1) seldom = advanceEstimate(seldom, at, at * 1000);
    expect(seldom.rate).toBeCloseTo(often.rate ?? 0, -1);
  });
});

test('the time left needs a total and a rate, and is never negative', () => {
  const steady = run(startEstimate(0), 10, 1000);
  expect(secondsLeft(steady, 10_000, 15_000)).toBeCloseTo(5, 1);
  expect(secondsLeft(steady, 20_000, 15_000)).toBe(0);
  expect(secondsLeft(steady, 10_000, undefined)).toBeUndefined();
  expect(secondsLeft(startEstimate(0), 0, 100)).toBeUndefined();
});
