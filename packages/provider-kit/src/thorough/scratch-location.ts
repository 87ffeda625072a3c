import type { Location, ObjectInfo, StoredObject } from '@holdfast/core/provider-api';

/**
 * The part of a location that is below a folder, as a location of its own. None of its objects can be taken for a backup: where a key has
 * `.tar`, the place has `.tas`, by which their order stays the same. Disposing of it leaves the location open.
 */
export function scratchLocation(location: Location, folder: string): Location {
  const outer = (key: string) => `${folder}/${withoutEnding(key)}`;
  const inner = <Info extends ObjectInfo | StoredObject>(info: Info): Info => ({
    ...info,
    key: withEnding(info.key.startsWith(`${folder}/`) ? info.key.slice(folder.length + 1) : info.key),
  });
  const { putDeferred, check, usage, sweep } = location;

  return {
    put: async (key, body, options) => inner(await location.put(outer(key), body, options)),
    ...(putDeferred && { putDeferred: async (key, body, options) => inner(await putDeferred.call(location, outer(key), body, options)) }),
    get: (key, options) => location.get(outer(key), options),
    async head(key, options) {
      const info = await location.head(outer(key), options);
      return info === undefined ? undefined : inner(info);
    },
    async *list(prefix, options) {
      for await (const info of location.list(outer(prefix), options)) yield inner(info);
    },
    delete: (key, options) => location.delete(outer(key), options),
    ...(check && { check: (options) => check.call(location, options) }),
    ...(usage && { usage: (options) => usage.call(location, options) }),
    ...(sweep && { sweep: (options) => sweep.call(location, options) }),
    async [Symbol.asyncDispose]() {},
  };
}

// The next letter keeps the order, and each key has the same length as before.
function withoutEnding(key: string): string {
  return key.replace(/(?<=\.ta)r/gi, (letter) => (letter === 'r' ? 's' : 'S'));
}

function withEnding(key: string): string {
  return key.replace(/(?<=\.ta)s/gi, (letter) => (letter === 's' ? 'r' : 'R'));
}
