import type { Location, ObjectInfo } from '@holdfast/core/provider-api';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMemoryLocation } from '../memory/memory-location.js';
import { createMemoryStore, memoryObject, removeMemoryStore } from '../memory/memory-store.js';
import { checkLocation } from './check-location.js';

const own = ['20261121T030000Z-3f9a01bc.tar', 'Automatic backup 2026.8.tar', 'holdfast-check-notes.txt'];

/** A location with its user's files, and the keys under which something was stored. */
function locationInUse() {
  const { name, password, objects } = createMemoryStore();
  onTestFinished(() => removeMemoryStore(name));
  for (const key of own) objects.set(key, memoryObject([Buffer.from(key)]));
  const memory = createMemoryLocation({ store: name, password });
  const stored: string[] = [];
  const location: Location = {
    ...memory,
    put: (key, body, options) => {
      stored.push(key);
      return memory.put(key, body, options);
    },
  };
  const put = (key: string, modifiedAt: string) => objects.set(key, { ...memoryObject([Buffer.from(key)]), modifiedAt });
  return { location, stored, put, keys: () => [...objects.keys()].sort() };
}

describe('a location in use', () => {
  test('is checked in folders of its own, in which nothing looks like a backup, and of which nothing is left', async () => {
    const { location, stored, keys } = locationInUse();
    const { results } = await checkLocation(location, { pageOfList: 20 });
    expect(results.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(results.filter(({ state }) => state === 'passed').length).toBeGreaterThan(20);
    expect(stored.length).toBeGreaterThan(50);
    expect(stored.filter((key) => !/^holdfast-check-[0-9a-f]{12}\//.test(key) || /\.tar$/i.test(key))).toEqual([]);
    expect(keys()).toEqual([...own].sort());
  });

  test('that breaks a rule is told, and nothing is left there either', async () => {
    const { location, keys } = locationInUse();
    const list: Location['list'] = async function* (prefix, options) {
      const infos: ObjectInfo[] = [];
      for await (const info of location.list(prefix, options)) infos.push(info);
      yield* infos.reverse();
    };
    const { results } = await checkLocation({ ...location, list });
    expect(results.flatMap(({ id, state }) => (state === 'failed' ? [id] : []))).toContain('list/order');
    expect(keys()).toEqual([...own].sort());
  });

  test('has nothing left of checks that are cancelled', async () => {
    const { location, stored, keys } = locationInUse();
    const stop = new AbortController();
    const putting: Location['put'] = (key, body, options) => {
      if (stored.length === 30) stop.abort();
      return location.put(key, body, options);
    };
    const { results } = await checkLocation({ ...location, put: putting }, { signal: stop.signal });
    expect(stored.length).toBeGreaterThanOrEqual(30);
    expect(results.at(-1)?.state).toBe('failed');
    expect(keys()).toEqual([...own].sort());
  });

  test('loses what checks that died left there, a day later', async () => {
    const { location, put, keys } = locationInUse();
    const hours = (count: number) => new Date(Date.now() - count * 3_600_000).toISOString();
    put('holdfast-check-0123456789ab/old', hours(25));
    put('holdfast-check-ba9876543210/young', hours(23));
    put('holdfast-check-mine/old', hours(1_000));
    await checkLocation(location, { signal: AbortSignal.abort() });
    expect(keys()).toEqual([...own, 'holdfast-check-ba9876543210/young', 'holdfast-check-mine/old'].sort());
  });
});
