// @ts-check
// A provider that an app brings along in its own code: objects in a Map. It is gone when the process ends, so it is good for a
// demonstration and for tests. It doesn't declare `deferredWrites`, so the host closes a backup's holes itself and `put` gets plain bytes.
import { defineProvider, ProviderError } from '@holdfast/core/provider-api';

/** @typedef {import('@holdfast/core/provider-api').ObjectInfo} ObjectInfo */
/** @typedef {{ readonly bytes: Buffer, readonly modifiedAt: string }} Stored */

/** @type {(key: string, stored: Stored) => ObjectInfo} */
const infoOf = (key, { bytes, modifiedAt }) => ({ key, size: bytes.length, modifiedAt });

/** @type {(signal: AbortSignal) => void} */
function stopIfCancelled(signal) {
  if (signal.aborted) throw new ProviderError('cancelled', 'The call was cancelled.');
}

/** @type {(objects: Map<string, Stored>) => import('@holdfast/core/provider-api').Location} */
function memoryLocation(objects) {
  return {
    async put(key, body, { signal }) {
      /** @type {Uint8Array[]} */
      const chunks = [];
      try {
        // Gives up at once when the signal fires, also while the body has nothing to give.
        await body.pipeTo(new WritableStream({ write: (chunk) => void chunks.push(chunk) }), { signal });
      } catch (error) {
        stopIfCancelled(signal);
        throw error;
      }
      // All or nothing: the object appears in one step, after its last byte.
      const stored = { bytes: Buffer.concat(chunks), modifiedAt: new Date().toISOString() };
      objects.set(key, stored);
      return infoOf(key, stored);
    },
    async get(key, { signal, offset = 0, length = Number.POSITIVE_INFINITY }) {
      stopIfCancelled(signal);
      const stored = objects.get(key);
      if (stored === undefined) throw new ProviderError('not-found', `There is no "${key}" in memory.`);
      const range = stored.bytes.subarray(offset, Math.min(stored.bytes.length, offset + length));
      return ReadableStream.from(range.length === 0 ? [] : [range]);
    },
    async head(key, { signal }) {
      stopIfCancelled(signal);
      const stored = objects.get(key);
      return stored && infoOf(key, stored);
    },
    async *list(prefix, { signal }) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      for (const key of keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
        stopIfCancelled(signal);
        const stored = objects.get(key);
        if (stored !== undefined) yield infoOf(key, stored);
      }
    },
    async delete(key, { signal }) {
      stopIfCancelled(signal);
      objects.delete(key);
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** The host has checked them against the schema. @type {(config: unknown) => { readonly shelf: string }} */
const settingsOf = (config) => /** @type {{ shelf: string }} */ (config);

/** @type {() => import('@holdfast/core').InlineProvider} */
export function createMemoryProvider() {
  /** One Map for each shelf. @type {Map<string, Map<string, Stored>>} */
  const shelves = new Map();
  return {
    manifest: {
      name: 'memory-provider',
      version: '1.0.0',
      holdfast: {
        contributes: {
          providers: [
            {
              id: 'memory',
              label: 'Memory',
              configVersion: 1,
              configSchema: {
                type: 'object',
                properties: {
                  shelf: { type: 'string', title: 'Shelf', minLength: 1 },
                  code: { type: 'string', title: 'Code', minLength: 8, 'x-secret': true },
                },
                required: ['shelf', 'code'],
                additionalProperties: false,
              },
            },
          ],
        },
      },
    },
    definition: defineProvider({
      async open(config) {
        const { shelf } = settingsOf(config);
        const objects = shelves.get(shelf) ?? new Map();
        shelves.set(shelf, objects);
        return memoryLocation(objects);
      },
      // With it, the host knows two locations on one shelf for the same place.
      place: async (config) => ({ root: 'memory', path: settingsOf(config).shelf }),
    }),
  };
}
