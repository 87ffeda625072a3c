import { isReadableKey, type Location, type ObjectInfo } from '@holdfast/core/provider-api';
import { bodyOf } from '../bodies/body.js';
import { memoryObject } from '../memory/memory-store.js';
import { locationMutant, type MemoryLocation, type Mutant, throwIfCancelled } from './mutant.fixture.js';

const never = new AbortController().signal;

/** A list that is changed as a whole. */
function listAs(change: (infos: ObjectInfo[], prefix: string) => readonly ObjectInfo[]): (location: MemoryLocation) => Partial<Location> {
  return (location) => ({
    async *list(prefix, options) {
      throwIfCancelled(options.signal);
      const infos: ObjectInfo[] = [];
      for await (const info of location.list('', { signal: never })) infos.push(info);
      for (const info of change(infos, prefix)) {
        throwIfCancelled(options.signal);
        yield info;
      }
    },
  });
}

const starting = (infos: readonly ObjectInfo[], prefix: string) => infos.filter(({ key }) => key.startsWith(prefix));

export const listingMutants: readonly Mutant[] = [
  locationMutant(
    'lists as people sort',
    ['list/order'],
    listAs((infos, prefix) => starting(infos, prefix).sort((a, b) => a.key.localeCompare(b.key))),
  ),
  locationMutant(
    'takes a prefix for a folder',
    ['list/prefix'],
    listAs((infos, prefix) => infos.filter(({ key }) => prefix === '' || key.startsWith(`${prefix.replace(/\/$/, '')}/`))),
  ),
  locationMutant(
    'takes a prefix for a pattern',
    ['list/prefix'],
    listAs((infos, prefix) => infos.filter(({ key }) => new RegExp(`^${prefix.replaceAll('\\', '')}`).test(key))),
  ),
  locationMutant(
    'lists one page',
    ['list/pages'],
    listAs((infos, prefix) => starting(infos, prefix).slice(0, 200)),
  ),
  locationMutant(
    'lists the border of two pages twice',
    ['list/pages'],
    listAs((infos, prefix) => {
      const found = starting(infos, prefix);
      return [...found.slice(0, 200), ...found.slice(199)];
    }),
  ),
  locationMutant(
    'lists sizes that are rounded',
    ['list/sizes', 'write/read-back'],
    listAs((infos, prefix) => starting(infos, prefix).map((info) => ({ ...info, size: Math.ceil(info.size / 512) * 512 }))),
  ),
  locationMutant('lists what is being stored', ['list/unfinished'], (location, { unfinished }) => ({
    async *list(prefix, options) {
      yield* location.list(prefix, options);
      for (const key of unfinished) yield { key, size: 0, modifiedAt: new Date().toISOString() };
    },
  })),
  locationMutant('lists to the end whatever the signal says', ['list/cancelled'], (location) => ({
    async *list(prefix, { signal }) {
      throwIfCancelled(signal);
      yield* location.list(prefix, { signal: never });
    },
  })),
  locationMutant('lists by number, so that what is deleted makes it miss others', ['list/while-changing'], (location) => ({
    async *list(prefix, options) {
      for (let number = 0; ; number += 1) {
        let at = 0;
        let found: ObjectInfo | undefined;
        for await (const info of location.list(prefix, options)) if (at++ === number) found = info;
        if (found === undefined) return;
        yield found;
      }
    },
  })),
  locationMutant(
    'hides what has a blank in its name',
    ['names/foreign'],
    listAs((infos, prefix) => starting(infos, prefix).filter(({ key }) => !key.includes(' '))),
  ),
  locationMutant('shows what is hidden', ['names/foreign-hidden'], (location, { objects }) => ({
    async *list(prefix, options) {
      yield* location.list(prefix, options);
      for (const [key, { size, modifiedAt }] of objects) if (!isReadableKey(key)) yield { key, size, modifiedAt };
    },
  })),
  locationMutant('knows no capitals', ['names/odd'], (location) => ({
    put: async (key, body, options) => ({ ...(await location.put(key.toLowerCase(), body, options)), key }),
  })),
  locationMutant('cuts keys of more than 249 characters', ['names/longest'], (location) => ({
    put: async (key, body, options) => ({ ...(await location.put(key.slice(0, 249).replace(/\/$/, ''), body, options)), key }),
  })),
  locationMutant('stores under any name', ['names/not-stored'], (location, { objects }) => ({
    async put(key, body, options) {
      if (!key.includes(' ')) return location.put(key, body, options);
      await body.cancel();
      objects.set(key, memoryObject([]));
      return { key, size: 0, modifiedAt: new Date().toISOString() };
    },
  })),
  locationMutant('leaves the object that it tried itself out with', ['lifecycle/check'], (location) => ({
    async check(options) {
      await location.put('check', bodyOf(Buffer.from('x')), options);
    },
  })),
  locationMutant('has more free than there is', ['lifecycle/usage'], () => ({ usage: async () => ({ used: 10, free: 100, total: 50 }) })),
  locationMutant('sweeps what is being stored', ['lifecycle/sweep'], (location, { unfinished }) => ({
    async sweep(options) {
      await location.sweep(options);
      return unfinished.size;
    },
  })),
  locationMutant('sweeps the files of others', ['names/foreign'], (location, { objects }) => ({
    async sweep(options) {
      for (const key of objects.keys()) if (key.includes(' ')) objects.delete(key);
      return location.sweep(options);
    },
  })),
];
