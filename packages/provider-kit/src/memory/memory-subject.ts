import { fileURLToPath } from 'node:url';
import type { Subject, TestPlace } from '../subject.js';
import { memoryProvider } from './memory-provider.js';
import { createMemoryStore, memoryObject, removeMemoryStore } from './memory-store.js';

/** The bundled provider, as an example and to try checks on. Inline only: each process has a memory of its own. */
export function memorySubject(): Subject {
  return {
    folder: fileURLToPath(new URL('../../memory-provider/', import.meta.url)),
    module: async () => ({ default: memoryProvider }),
    place: async () => memoryPlace(),
    refused: [
      { name: 'wrong password', config: ({ config }) => ({ ...config, password: 'another one' }), field: 'password' },
      { name: 'missing store', config: ({ config }) => ({ ...config, store: 'no-such-store' }), field: 'store' },
    ],
    pageOfList: 200,
    // It has no parts. This is how the checks of their borders are tried.
    partBytes: 262_144,
  };
}

function memoryPlace(): TestPlace {
  const { name, password, objects, unfinished } = createMemoryStore();
  return {
    config: { store: name, password },
    leftovers: async () => [...unfinished],
    async corrupt(key) {
      const content = Buffer.concat(objects.get(key)?.chunks ?? []);
      content[0] = 255 - (content[0] ?? 0);
      objects.set(key, memoryObject([content]));
    },
    async putForeign(key, content) {
      objects.set(key, memoryObject([Buffer.from(content)]));
    },
    async [Symbol.asyncDispose]() {
      removeMemoryStore(name);
    },
  };
}
