import { defineProvider, type FieldError } from '@holdfast/core/provider-api';
import { createMemoryLocation, type MemoryConfig } from './memory-location.js';
import { findMemoryStore } from './memory-store.js';

function faultsOf({ store: name, password }: MemoryConfig): readonly FieldError[] {
  const store = findMemoryStore(name);
  if (store === undefined) return [{ field: 'store', message: '%memory.no-such-store%', placeholders: { store: name } }];
  return store.password === password ? [] : [{ field: 'password', message: '%memory.wrong-password%' }];
}

/** A provider that keeps to the whole contract, in the memory of this process. */
export const memoryProvider = defineProvider<MemoryConfig>({
  open: async (config) => createMemoryLocation(config),
  place: async ({ store }) => ({ root: `memory:${store}`, path: '' }),
  configFlow: { validate: async (config) => faultsOf(config) },
});
