import { randomUUID } from 'node:crypto';

/** An object's bytes, in the chunks in which they came. Never changed: who reads a replaced object may go on. */
export interface MemoryObject {
  readonly chunks: readonly Buffer[];
  readonly size: number;
  readonly modifiedAt: string;
}

/** What a service would be: objects under names, and a password. */
export interface MemoryStore {
  readonly name: string;
  readonly password: string;
  readonly objects: Map<string, MemoryObject>;
  /** The keys of what is being stored. */
  readonly unfinished: Set<string>;
}

const stores = new Map<string, MemoryStore>();

/** The store of that name, if there is one. */
export function findMemoryStore(name: string): MemoryStore | undefined {
  return stores.get(name);
}

/** Makes an empty store, with a name of its own. */
export function createMemoryStore(): MemoryStore {
  const store = {
    name: `store-${randomUUID()}`,
    password: `secret ${randomUUID()}`,
    objects: new Map<string, MemoryObject>(),
    unfinished: new Set<string>(),
  };
  stores.set(store.name, store);
  return store;
}

/** Forgets the store and all that is in it. */
export function removeMemoryStore(name: string): void {
  stores.delete(name);
}

/** An object of these chunks, as of now. */
export function memoryObject(chunks: readonly Buffer[]): MemoryObject {
  return { chunks, size: chunks.reduce((sum, { length }) => sum + length, 0), modifiedAt: new Date().toISOString() };
}
