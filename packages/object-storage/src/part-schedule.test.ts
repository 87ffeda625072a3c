import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partSchedule } from './part-schedule.js';

const mebibyte = 2 ** 20;
const minimumBytes = 5 * mebibyte;

function capacity(sizeOf: (number: number) => number): number {
  let bytes = 0;
  for (let number = 1; number <= 10_000; number += 1) bytes += sizeOf(number);
  return bytes;
}

describe('the sizes of parts', () => {
  test('start at 16 MiB, only grow, stay within 64 MiB and hold 575 GiB', () => {
    const sizeOf = partSchedule({ minimumBytes });
    let before = 16 * mebibyte;
    expect(sizeOf(1)).toBe(before);
    for (let number = 2; number <= 10_000; number += 1) {
      expect(sizeOf(number)).toBeGreaterThanOrEqual(before);
      before = sizeOf(number);
    }
    expect(before).toBe(64 * mebibyte);
    expect(capacity(sizeOf)).toBe(575 * 1024 * mebibyte);
  });

  test('of a body of known size are equal, and the smallest that hold it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 * 64 * mebibyte }), fc.boolean(), (size, equal) => {
        const sizeOf = partSchedule({ size, minimumBytes, equal });
        const bytes = sizeOf(1);
        expect(new Set([1, 2, 700, 5_000, 10_000].map(sizeOf)).size).toBe(1);
        expect(bytes * 10_000).toBeGreaterThanOrEqual(size);
        expect(bytes === 16 * mebibyte || (bytes - mebibyte) * 10_000 < size).toBe(true);
      }),
    );
  });

  test('are equal also for an unknown size where the service wants it', () => {
    const sizeOf = partSchedule({ minimumBytes, equal: true });
    expect(new Set([1, 640, 10_000].map(sizeOf))).toEqual(new Set([32 * mebibyte]));
  });

  test('are never below the minimum of the service', () => {
    expect(partSchedule({ size: 1, minimumBytes: 64 * mebibyte })(1)).toBe(64 * mebibyte);
    expect(partSchedule({ minimumBytes: 64 * mebibyte })(1)).toBe(64 * mebibyte);
  });

  test('end where there are too many', () => {
    expect(() => partSchedule({ minimumBytes })(10_001)).toThrow(expect.objectContaining({ code: 'too-large' }));
    expect(() => partSchedule({ size: 10_000 * 64 * mebibyte + 1, minimumBytes })).toThrow(expect.objectContaining({ code: 'too-large' }));
  });
});
