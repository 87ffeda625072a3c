import {
  type BodyPiece,
  isObjectKey,
  isReadableKey,
  type Location,
  type ObjectInfo,
  ProviderError,
  type PutOptions,
} from '@holdfast/core/provider-api';
import { gatherBytes, gatherPieces } from './gather-body.js';
import { streamMemory } from './stream-memory.js';
import { findMemoryStore, type MemoryObject, memoryObject, type MemoryStore } from './memory-store.js';

/** The settings of a location in memory. */
export interface MemoryConfig {
  readonly store: string;
  readonly password: string;
}

/** A location that keeps its objects in the memory of this process. Nothing is asked of the store before the first call. */
export function createMemoryLocation({ store: name, password }: MemoryConfig): Required<Location> {
  function access(signal: AbortSignal): MemoryStore {
    throwIfCancelled(signal);
    const store = findMemoryStore(name);
    if (store === undefined) throw new ProviderError('not-found', `There is no store ${name}.`);
    if (store.password !== password) throw new ProviderError('auth-failed', `The store ${name} does not take the password.`);
    return store;
  }

  /** Takes the body to its end, and only then puts the object where it is seen. */
  async function store<T>(key: string, body: ReadableStream<T>, gathering: Gathering<T>, { signal }: PutOptions): Promise<ObjectInfo> {
    let unfinished: Set<string> | undefined;
    try {
      requireKey(isObjectKey(key), key);
      const { objects, unfinished: keys } = access(signal);
      unfinished = keys.add(key);
      await body.pipeTo(new WritableStream({ write: gathering.add }), { signal });
      gathering.finish?.();
      throwIfCancelled(signal);
      const object = memoryObject(gathering.chunks);
      objects.set(key, object);
      return infoOf(key, object);
    } catch (error) {
      if (!body.locked) body.cancel(error).catch(() => {});
      throwIfCancelled(signal);
      throw error;
    } finally {
      unfinished?.delete(key);
    }
  }

  function find(key: string, signal: AbortSignal): MemoryObject | undefined {
    requireKey(isReadableKey(key), key);
    return access(signal).objects.get(key);
  }

  return {
    put: (key, body, options) => store(key, body, gatherBytes(), options),
    putDeferred: (key, body, options) => store<BodyPiece>(key, body, gatherPieces(), options),
    async get(key, { signal, offset = 0, length = Infinity }) {
      const object = find(key, signal);
      if (object === undefined) throw new ProviderError('not-found', `There is no ${JSON.stringify(key)} in the store ${name}.`);
      return streamMemory(object.chunks, offset, Math.min(object.size, offset + length), signal);
    },
    async head(key, { signal }) {
      const object = find(key, signal);
      return object === undefined ? undefined : infoOf(key, object);
    },
    async *list(prefix, { signal }) {
      const { objects } = access(signal);
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && isReadableKey(key));
      for (const key of keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
        throwIfCancelled(signal);
        const object = objects.get(key);
        if (object !== undefined) yield infoOf(key, object);
      }
    },
    async delete(key, { signal }) {
      requireKey(isReadableKey(key), key);
      access(signal).objects.delete(key);
    },
    check: async ({ signal }) => void access(signal),
    usage: async ({ signal }) => ({ used: [...access(signal).objects.values()].reduce((sum, { size }) => sum + size, 0) }),
    async sweep({ signal }) {
      // What was not finished is gone with the process that stored it.
      access(signal);
      return 0;
    },
    async [Symbol.asyncDispose]() {},
  };
}

interface Gathering<T> {
  readonly chunks: readonly Buffer[];
  add(item: T): void;
  finish?(): void;
}

function infoOf(key: string, { size, modifiedAt }: MemoryObject): ObjectInfo {
  return { key, size, modifiedAt };
}

function requireKey(valid: boolean, key: string): void {
  if (!valid) throw new ProviderError('internal', `${JSON.stringify(key)} is not a key that an object can have.`);
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new ProviderError('cancelled', 'The call was cancelled.');
}
