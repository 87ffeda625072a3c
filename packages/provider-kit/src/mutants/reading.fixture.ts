import { ProviderError } from '@holdfast/core/provider-api';
import { bytesOf, locationMutant, type Mutant, streamOfBytes, throwIfCancelled } from './mutant.fixture.js';

const never = new AbortController().signal;

export const readingMutants: readonly Mutant[] = [
  locationMutant('gives one byte too few of a range', ['read/ranges', 'read/random-ranges'], (location) => ({
    get: (key, options) =>
      location.get(key, options.length === undefined ? options : { ...options, length: Math.max(0, options.length - 1) }),
  })),
  locationMutant('fails for an offset at the end', ['read/behind-the-end'], (location, { objects }) => ({
    async get(key, options) {
      const size = objects.get(key)?.size ?? Infinity;
      if ((options.offset ?? 0) >= size) throw new ProviderError('internal', 'The offset is behind the end.');
      return location.get(key, options);
    },
  })),
  locationMutant('gives nothing where nothing is', ['read/missing'], (location, { objects }) => ({
    get: async (key, options) => (objects.has(key) ? location.get(key, options) : streamOfBytes(Buffer.of())),
  })),
  locationMutant('takes a missing object for a failure of head', ['read/missing'], (location) => ({
    async head(key, options) {
      const info = await location.head(key, options);
      if (info === undefined) throw new ProviderError('not-found', 'There is no such object.');
      return info;
    },
  })),
  locationMutant('reads on in the object that replaced the one it began with', ['read/while-replaced'], (location, { objects }) => ({
    async get(key, options) {
      await location.get(key, options);
      let offset = options.offset ?? 0;
      const end = offset + (options.length ?? Infinity);
      return new ReadableStream({
        async pull(controller) {
          const length = Math.min(65_536, end - offset);
          throwIfCancelled(options.signal);
          const bytes = objects.has(key) ? await bytesOf(await location.get(key, { signal: never, offset, length })) : Buffer.of();
          offset += bytes.length;
          if (bytes.length === 0) controller.close();
          else controller.enqueue(new Uint8Array(bytes));
        },
      });
    },
  })),
  locationMutant('gives a few streams only, until each was read to its end', ['read/early-end'], (location) => {
    let left = 5;
    return {
      async get(key, options) {
        if (left === 0) throw new ProviderError('unavailable', 'Too many streams are open.');
        left -= 1;
        const onEnd = new TransformStream<Uint8Array, Uint8Array>({ flush: () => void (left += 1) });
        return (await location.get(key, options)).pipeThrough(onEnd);
      },
    };
  }),
  locationMutant('lets a stream go on after its signal', ['read/cancelled'], (location) => ({
    async get(key, options) {
      throwIfCancelled(options.signal);
      return location.get(key, { ...options, signal: never });
    },
  })),
  locationMutant('takes reading for a change', ['read/changes-nothing'], (location, { objects }) => ({
    async get(key, options) {
      const object = objects.get(key);
      if (object !== undefined) objects.set(key, { ...object, modifiedAt: new Date(Date.parse(object.modifiedAt) + 1_000).toISOString() });
      return location.get(key, options);
    },
  })),
  locationMutant('remembers what it read, and never looks again', ['read/damaged'], (location) => {
    const known = new Map<string, Buffer>();
    return {
      async get(key, options) {
        const bytes = known.get(key) ?? (await bytesOf(await location.get(key, options)));
        known.set(key, bytes);
        return streamOfBytes(bytes);
      },
    };
  }),
  locationMutant('reads outside of itself', ['names/not-read'], (location) => ({
    head: async (key, options) => (key.includes('..') ? undefined : location.head(key, options)),
  })),
  locationMutant('says what failed in an error of its own kind', ['errors/classified', 'read/missing'], (location) => ({
    get: async (...call) =>
      location.get(...call).catch((error: unknown) => {
        throw new Error('ENOENT: no such object', { cause: error });
      }),
  })),
  locationMutant('says in its error what the password is', ['errors/classified'], (location, _, { password }) => ({
    get: async (...call) =>
      location.get(...call).catch(() => {
        throw new ProviderError('not-found', `GET /object?password=${encodeURIComponent(password)} failed.`);
      }),
  })),
  locationMutant('looks at no signal before it answers', ['errors/fired-signal'], (location) => ({
    head: (key) => location.head(key, { signal: never }),
  })),
];
