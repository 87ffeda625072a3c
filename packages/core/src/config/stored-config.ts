import type { JsonObject } from '../providers/schema-problem.js';
import { isJsonObject } from '../providers/schema-problem.js';

/** Who this host is. */
export interface Instance {
  /** A UUID. */
  readonly id: string;
  readonly name: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

/** A location as `config.json` keeps it: no secrets. */
export interface StoredLocation {
  readonly id: string;
  readonly title: string;
  /** The provider type's id. */
  readonly provider: string;
  readonly configVersion: number;
  readonly config: JsonObject;
  /** The names of the settings whose values are in `secrets.json`. */
  readonly secrets: readonly string[];
}

/** What new backups are made with. */
export interface StoredSettings {
  /** Version of SecureTar. */
  readonly encryption?: 'v2' | 'v3';
  /** Of gzip, 1 (fast) to 9 (small), 0 to store. */
  readonly compressionLevel?: number;
}

export interface StoredConfig {
  readonly version: 1;
  readonly instance: Instance;
  readonly locations: readonly StoredLocation[];
  readonly settings?: StoredSettings;
}

export const configFormat = 1;

/** Parses what `config.json` holds. A fault is thrown as an `Error` whose message names the place, to be put behind the file's name. */
export function parseStoredConfig(value: unknown): StoredConfig {
  const root = object(value, 'the file');
  const instance = object(root['instance'], 'instance');
  const locations = root['locations'];
  if (!Array.isArray(locations)) throw new Error('locations is not a list');
  const parsed = locations.map((entry: unknown, index) => parseLocation(entry, `locations[${index}]`));
  const repeated = parsed.find(({ id }, index) => parsed.findIndex((other) => other.id === id) !== index);
  if (repeated !== undefined) throw new Error(`two locations have the id "${repeated.id}"`);
  return {
    version: configFormat,
    instance: {
      id: text(instance['id'], 'instance.id'),
      name: text(instance['name'], 'instance.name'),
      createdAt: text(instance['createdAt'], 'instance.createdAt'),
    },
    locations: parsed,
    ...(root['settings'] === undefined ? {} : { settings: parseSettings(object(root['settings'], 'settings')) }),
  };
}

function parseSettings({ encryption, compressionLevel }: JsonObject): StoredSettings {
  if (encryption !== undefined && encryption !== 'v2' && encryption !== 'v3') throw new Error('settings.encryption is neither v2 nor v3');
  if (compressionLevel !== undefined && !isLevel(compressionLevel))
    throw new Error('settings.compressionLevel is not a number from 0 to 9');
  return { ...(encryption === undefined ? {} : { encryption }), ...(compressionLevel === undefined ? {} : { compressionLevel }) };
}

function isLevel(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 9;
}

function parseLocation(value: unknown, place: string): StoredLocation {
  const location = object(value, place);
  const configVersion = location['configVersion'];
  if (typeof configVersion !== 'number' || !Number.isSafeInteger(configVersion))
    throw new Error(`${place}.configVersion is not a whole number`);
  return {
    id: text(location['id'], `${place}.id`),
    title: text(location['title'], `${place}.title`),
    provider: text(location['provider'], `${place}.provider`),
    configVersion,
    config: object(location['config'], `${place}.config`),
    secrets: texts(location['secrets'], `${place}.secrets`),
  };
}

function object(value: unknown, place: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Error(`${place} is not an object`);
}

function texts(value: unknown, place: string): string[] {
  if (!Array.isArray(value)) throw new Error(`${place} is not a list`);
  return value.map((entry: unknown, index) => text(entry, `${place}[${index}]`));
}

function text(value: unknown, place: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${place} is not a text`);
}
