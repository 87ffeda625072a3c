import { setMaxListeners } from 'node:events';
import { buffer } from 'node:stream/consumers';
import type { Location, ObjectInfo, StoredObject } from '@holdfast/core/provider-api';
import { bodyOf } from './bodies/body.js';
import type { CheckBench } from './check.js';

/** A part of an object. */
export interface Range {
  readonly offset?: number;
  readonly length?: number;
}

/** An open location, and its calls as the checks make them. */
export interface Session {
  readonly location: Location;
  readonly signal: AbortSignal;
  put(key: string, content: Uint8Array | string): Promise<StoredObject>;
  read(key: string, range?: Range): Promise<Buffer>;
  head(key: string): Promise<ObjectInfo | undefined>;
  list(prefix?: string): Promise<ObjectInfo[]>;
  keys(prefix?: string): Promise<string[]>;
  remove(key: string): Promise<void>;
}

export function sessionOf(location: Location, signal: AbortSignal): Session {
  // Many calls at the same time share it.
  setMaxListeners(0, signal);
  const session: Session = {
    location,
    signal,
    put: (key, content) => location.put(key, bodyOf(typeof content === 'string' ? Buffer.from(content) : content), { signal }),
    read: async (key, range = {}) => buffer(await location.get(key, { ...range, signal })),
    head: (key) => location.head(key, { signal }),
    list: (prefix = '') => collect(location.list(prefix, { signal })),
    keys: async (prefix) => (await session.list(prefix)).map(({ key }) => key),
    remove: (key) => location.delete(key, { signal }),
  };
  return session;
}

/** Opens the bench's place. */
export async function openSession(bench: CheckBench): Promise<Session> {
  return sessionOf(await bench.open(), bench.signal);
}

/** All that the list has. */
export async function collect(list: AsyncIterable<ObjectInfo>): Promise<ObjectInfo[]> {
  const objects: ObjectInfo[] = [];
  for await (const object of list) objects.push(object);
  return objects;
}
