import type { Place } from '../provider-api/index.js';
import type { JsonObject } from '../providers/schema-problem.js';
import { isJsonObject } from '../providers/schema-problem.js';
import { isPlace } from './overlap.js';

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
  /** The names of the settings whose values are in the secret store. */
  readonly secrets: readonly string[];
  /** Where its provider says that it is; absent if it doesn't say, or was not asked yet. */
  readonly place?: Place;
  /** Its settings from before the provider migrated them, for the day when an older version of it is back. */
  readonly before?: EarlierSettings;
  /** True while it waits for credentials, as after an import without secrets. */
  readonly needsReauth?: true;
}

/** Settings of an older `configVersion`. The values of the secret ones belong to the owner {@link ownerOfEarlierSecrets}. */
export interface EarlierSettings {
  readonly configVersion: number;
  readonly config: JsonObject;
  readonly secrets: readonly string[];
}

/** Under which name the secret store keeps the secrets of a location's `before`. */
export function ownerOfEarlierSecrets(locationId: string): string {
  return `${locationId}:before`;
}

/** What new backups are made with, and how providers run. */
export interface StoredSettings {
  /** Version of SecureTar. */
  readonly encryption?: 'v2' | 'v3';
  /** Of gzip, 1 (fast) to 9 (small), 0 to store. */
  readonly compressionLevel?: number;
  /** Where the code of provider packages runs. Default: `process`, each in one of its own. */
  readonly isolation?: 'process' | 'inline';
  /** Bytes that may wait on the disk of the data directory for locations that lag behind. Default: half of what is free. */
  readonly spoolBytes?: number;
  /** How much of the backups is read back by itself, and how often. */
  readonly verification?: VerificationSettings;
}

export interface VerificationSettings {
  /** Days from one time to the next; 0 for never. Default 7. */
  readonly everyDays?: number;
  /** Of each copy, 1 to 100. Default 10. */
  readonly percent?: number;
}

export interface StoredConfig {
  readonly version: 1;
  readonly instance: Instance;
  readonly locations: readonly StoredLocation[];
  readonly settings?: StoredSettings;
  /** As their owners left them, who parse them; see {@link ConfigSection}. */
  readonly jobs?: readonly JsonObject[];
  readonly notifications?: readonly JsonObject[];
}

/** Lists in `config.json` that belong to a floor above this one. */
export type ConfigSection = 'jobs' | 'notifications';

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
    ...(root['jobs'] === undefined ? {} : { jobs: objects(root['jobs'], 'jobs') }),
    ...(root['notifications'] === undefined ? {} : { notifications: objects(root['notifications'], 'notifications') }),
  };
}

function parseSettings({ encryption, compressionLevel, isolation, spoolBytes, verification }: JsonObject): StoredSettings {
  if (spoolBytes !== undefined && !isWithin(spoolBytes, 0, Number.MAX_SAFE_INTEGER))
    throw new Error('settings.spoolBytes is not a number of bytes');
  if (encryption !== undefined && encryption !== 'v2' && encryption !== 'v3') throw new Error('settings.encryption is neither v2 nor v3');
  if (compressionLevel !== undefined && !isLevel(compressionLevel))
    throw new Error('settings.compressionLevel is not a number from 0 to 9');
  if (isolation !== undefined && isolation !== 'process' && isolation !== 'inline')
    throw new Error('settings.isolation is neither process nor inline');
  return {
    ...(encryption === undefined ? {} : { encryption }),
    ...(compressionLevel === undefined ? {} : { compressionLevel }),
    ...(isolation === undefined ? {} : { isolation }),
    ...(spoolBytes === undefined ? {} : { spoolBytes }),
    ...(verification === undefined ? {} : { verification: parseVerification(object(verification, 'settings.verification')) }),
  };
}

function parseVerification({ everyDays, percent }: JsonObject): VerificationSettings {
  if (everyDays !== undefined && !isWithin(everyDays, 0, 366))
    throw new Error('settings.verification.everyDays is not a number from 0 to 366');
  if (percent !== undefined && !isWithin(percent, 1, 100)) throw new Error('settings.verification.percent is not a number from 1 to 100');
  return { ...(everyDays === undefined ? {} : { everyDays }), ...(percent === undefined ? {} : { percent }) };
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function isLevel(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 9;
}

function parseLocation(value: unknown, where: string): StoredLocation {
  const location = object(value, where);
  const { place, before } = location;
  if (place !== undefined && !isPlace(place)) throw new Error(`${where}.place is not a place`);
  return {
    id: text(location['id'], `${where}.id`),
    title: text(location['title'], `${where}.title`),
    provider: text(location['provider'], `${where}.provider`),
    ...parseVersioned(location, where),
    ...(place === undefined ? {} : { place: { root: place.root, path: place.path } }),
    ...(before === undefined ? {} : { before: parseVersioned(object(before, `${where}.before`), `${where}.before`) }),
    ...(location['needsReauth'] === true ? { needsReauth: true } : {}),
  };
}

function parseVersioned(value: JsonObject, where: string): EarlierSettings {
  const { configVersion } = value;
  if (typeof configVersion !== 'number' || !Number.isSafeInteger(configVersion))
    throw new Error(`${where}.configVersion is not a whole number`);
  return { configVersion, config: object(value['config'], `${where}.config`), secrets: texts(value['secrets'], `${where}.secrets`) };
}

function object(value: unknown, place: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Error(`${place} is not an object`);
}

function objects(value: unknown, place: string): JsonObject[] {
  if (!Array.isArray(value)) throw new Error(`${place} is not a list`);
  return value.map((entry: unknown, index) => object(entry, `${place}[${index}]`));
}

function texts(value: unknown, place: string): string[] {
  if (!Array.isArray(value)) throw new Error(`${place} is not a list`);
  return value.map((entry: unknown, index) => text(entry, `${place}[${index}]`));
}

function text(value: unknown, place: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${place} is not a text`);
}
