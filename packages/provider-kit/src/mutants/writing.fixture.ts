import { ProviderError } from '@holdfast/core/provider-api';
import { bodyOf, streamOf } from '../bodies/body.js';
import { memoryObject } from '../memory/memory-store.js';
import { bytesOf, locationMutant, type Mutant } from './mutant.fixture.js';

let shared: Buffer[] = [];

export const writingMutants: readonly Mutant[] = [
  locationMutant('loses the last byte of every 4096', ['write/read-back'], (location) => ({
    async put(key, body, options) {
      const bytes = await bytesOf(body);
      return location.put(key, bodyOf(bytes.length % 4_096 === 0 ? bytes.subarray(0, -1) : bytes), options);
    },
  })),
  locationMutant('tells the time as people do', ['write/read-back'], (location) => ({
    put: async (...call) => ({ ...(await location.put(...call)), modifiedAt: new Date().toString() }),
  })),
  locationMutant('loses a byte at the border of two parts', ['write/part-borders'], (location) => ({
    async put(key, body, options) {
      const bytes = await bytesOf(body);
      return location.put(key, streamOf(bytes.length > 262_144 ? [bytes.subarray(0, 262_143), bytes.subarray(262_144)] : [bytes]), options);
    },
  })),
  locationMutant('fills up what was told to be longer', ['write/wrong-size'], (location) => ({
    async put(key, body, options) {
      const bytes = await bytesOf(body);
      return location.put(key, streamOf([bytes, Buffer.alloc(Math.max(0, (options.size ?? 0) - bytes.length))]), options);
    },
  })),
  locationMutant('adds to an object of the same key', ['write/replace'], (location, { objects }) => ({
    put: (key, body, options) => location.put(key, streamWith(objects.get(key)?.chunks ?? [], body), options),
  })),
  locationMutant('shows an object before it is whole', ['write/all-or-nothing', 'list/unfinished'], (location, { objects }) => ({
    put(key, body, options) {
      objects.set(key, memoryObject([]));
      return location.put(key, body, options);
    },
  })),
  locationMutant('keeps what came of a body that failed', ['write/body-error'], (location, { objects }) => ({
    async put(key, body, options) {
      try {
        return await location.put(key, body, options);
      } catch (error) {
        objects.set(key, memoryObject([Buffer.from('half')]));
        throw error;
      }
    },
  })),
  locationMutant('tells of its own what the body failed with', ['write/body-error'], (location) => ({
    put: async (...call) =>
      location.put(...call).catch(() => {
        throw new ProviderError('unavailable', 'Something went wrong.');
      }),
  })),
  locationMutant('stores what is there when it is cancelled', ['write/cancelled'], (location, { objects }) => ({
    async put(key, body, options) {
      options.signal.addEventListener('abort', () => objects.set(key, memoryObject([Buffer.from('half')])));
      return location.put(key, body, options);
    },
  })),
  locationMutant('takes a cancelled put for a fault', ['write/cancelled', 'write/fired-signal'], (location) => ({
    put: async (...call) =>
      location.put(...call).catch((error: unknown) => {
        if (error instanceof ProviderError && error.code === 'cancelled') throw new ProviderError('internal', 'It was interrupted.');
        throw error;
      }),
  })),
  locationMutant('leaves a body that it does not want as it is', ['write/body-cancelled'], (location) => ({
    async put(key, body, options) {
      if (key.startsWith('.')) throw new ProviderError('internal', 'This is no key.');
      return location.put(key, body, options);
    },
  })),
  locationMutant('keeps notes of what it did not finish', ['write/no-leftovers'], (location, { unfinished }) => ({
    put: async (key, body, options) =>
      location.put(key, body, options).catch((error: unknown) => {
        unfinished.add(key);
        throw error;
      }),
  })),
  locationMutant('deletes all that starts like the key', ['write/delete'], (location, { objects }) => ({
    async delete(key, options) {
      await location.delete(key, options);
      for (const other of objects.keys()) if (other.startsWith(key)) objects.delete(other);
    },
  })),
  locationMutant('fails where nothing is to delete', ['write/delete-missing'], (location, { objects }) => ({
    async delete(key, options) {
      if (!objects.has(key)) throw new ProviderError('not-found', 'There is nothing to delete.');
      return location.delete(key, options);
    },
  })),
  locationMutant('never takes a key a second time', ['write/again'], (location) => {
    const used = new Set<string>();
    return {
      async put(key, body, options) {
        if (used.has(key)) throw new ProviderError('permission-denied', 'This key has been used.');
        used.add(key);
        return location.put(key, body, options);
      },
    };
  }),
  locationMutant('mixes up bodies that come at the same time', ['write/at-the-same-time', 'write/same-key'], (location) => ({
    async put(key, body, options) {
      shared = [];
      for await (const chunk of body) {
        shared.push(Buffer.from(chunk));
        await new Promise((resolve) => setImmediate(resolve));
      }
      return location.put(key, streamOf(shared), options);
    },
  })),
  locationMutant('forgets what fills a hole', ['write/holes', 'write/holes-at-part-borders'], (location) => ({
    putDeferred: (key, body, options) =>
      location.putDeferred(
        key,
        body.pipeThrough(
          new TransformStream({
            transform: (piece, out) => out.enqueue(piece.type === 'fill' ? { ...piece, bytes: new Uint8Array(piece.bytes.length) } : piece),
          }),
        ),
        options,
      ),
  })),
  locationMutant('takes a body whose hole stays open', ['write/broken-holes'], (location) => ({
    putDeferred: async (key, body, options) =>
      location.putDeferred(key, body, options).catch((error: unknown) => {
        if (error instanceof ProviderError && error.message.includes('ends before'))
          return location.put(key, bodyOf(Buffer.of(0)), options);
        throw error;
      }),
  })),
  locationMutant('does not stop at an open hole when it is cancelled', ['write/holes-cancelled'], (location, { objects }) => ({
    async putDeferred(key, body, options) {
      options.signal.addEventListener('abort', () => objects.delete(key));
      return location.putDeferred(key, body, options);
    },
  })),
  locationMutant('takes all of a body before it stores it', ['write/bounded-memory'], (location) => ({
    put: async (key, body, options) => location.put(key, streamOf([await bytesOf(body)]), options),
  })),
];

async function* joined(before: readonly Uint8Array[], body: ReadableStream<Uint8Array>) {
  yield* before;
  yield* body;
}

function streamWith(before: readonly Uint8Array[], body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return ReadableStream.from(joined(before, body));
}
