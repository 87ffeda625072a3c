import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import type { Secrets } from './secret-store.js';

/** All secrets of a data directory. */
export type SecretsByOwner = ReadonlyMap<string, Secrets>;

export function toJson(all: SecretsByOwner): JsonObject {
  return Object.fromEntries(all);
}

/** A fault is thrown as an `Error` whose message names the place and none of the secrets. */
export function parseSecretsByOwner(secrets: unknown): SecretsByOwner {
  if (!isJsonObject(secrets)) throw new Error('secrets is not an object');
  return new Map(Object.entries(secrets).map(([owner, fields]) => [owner, parseFields(fields, `secrets["${owner}"]`)]));
}

/** Whether `all` has everything that stands in `part`. */
export function includesSecrets(all: SecretsByOwner, part: SecretsByOwner): boolean {
  return [...part].every(([owner, secrets]) => isDeepStrictEqual({ ...all.get(owner) }, { ...secrets }));
}

function parseFields(value: unknown, place: string): Secrets {
  if (!isJsonObject(value)) throw new Error(`${place} is not an object`);
  const fields = Object.entries(value).map(([name, secret]): [string, string] => {
    if (typeof secret !== 'string') throw new Error(`${place}.${name} is not a text`);
    return [name, secret];
  });
  return Object.fromEntries(fields);
}
