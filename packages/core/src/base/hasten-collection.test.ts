import { PerformanceObserver } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { hastenCollection } from './hasten-collection.js';

const mebibyte = 1024 * 1024;

test('buffers that are used for a moment are collected before there are many', async () => {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  for (let made = 0; made < 512; made += 1) hastenCollection(mebibyte);
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  // At least one for each 64 MiB, as large as V8 lets its young generation become.
  expect(collections).toBeGreaterThanOrEqual(8);
});
