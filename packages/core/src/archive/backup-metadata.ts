import { createHash } from 'node:crypto';
import { archiveError } from './errors.js';

/** A larger backup.json is not read: it is held in memory as a whole. Bytes. */
export const maxMetadataLength = 16 * 1024 * 1024;

/** Of the format of a backup (format 2, `version`). */
const newestVersion = 2;

interface HomeAssistantInfo {
  readonly version: string;
  readonly exclude_database: boolean;
  readonly [unknownKey: string]: unknown;
}

interface AddonInfo {
  readonly slug: string;
  readonly [unknownKey: string]: unknown;
}

/** The content of `backup.json` with its defaults filled in (format 2). Keys that are not named here are kept as they are. */
export interface BackupMetadata {
  /** The backup's id; see {@link backupId}. */
  readonly slug: string;
  /** Of the format, 1 or 2. */
  readonly version: number;
  readonly name: string;
  /** ISO 8601 with offset. */
  readonly date: string;
  /** `full` or `partial`. */
  readonly type: string;
  /** `null` if Home Assistant's configuration is not included. */
  readonly homeassistant: HomeAssistantInfo | null;
  readonly compressed: boolean;
  /** The intention; each inner archive is to be judged by its own first bytes. */
  readonly protected: boolean;
  readonly folders: readonly string[];
  readonly addons: readonly AddonInfo[];
  readonly repositories: readonly string[];
  /** What clients put there, Holdfast among them. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly [unknownKey: string]: unknown;
}

export interface NewBackupMetadata {
  readonly name: string;
  readonly date: Date;
  /** Encrypted. */
  readonly protected: boolean;
  readonly type?: 'full' | 'partial';
  readonly homeassistant?: { readonly version: string; readonly excludeDatabase: boolean };
  /** As backup.json names them: `share`, `addons/local`, `ssl`, `media`. */
  readonly folders?: readonly string[];
  readonly addons?: readonly { readonly slug: string; readonly name: string; readonly version: string }[];
  readonly repositories?: readonly string[];
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Metadata as Home Assistant accepts it on restore, in the order of its own writer (format 2 and 10). */
export function newBackupMetadata(backup: NewBackupMetadata): BackupMetadata {
  const date = backup.date.toISOString().replace('Z', '+00:00');
  const { homeassistant } = backup;
  return {
    compressed: true,
    date,
    extra: backup.extra ?? {},
    homeassistant: homeassistant ? { exclude_database: homeassistant.excludeDatabase, version: homeassistant.version } : null,
    name: backup.name,
    protected: backup.protected,
    slug: backupId(date, backup.name),
    type: backup.type ?? 'partial',
    version: 2,
    addons: (backup.addons ?? []).map((addon) => ({ ...addon, size: 0 })),
    folders: backup.folders ?? [],
    repositories: backup.repositories ?? [],
  };
}

/** A backup's id: 8 hex digits from its date, as text, and its name (format 2). */
export function backupId(date: string, name: string): string {
  return createHash('sha1').update(`${date} - ${name}`.toLowerCase()).digest('hex').slice(0, 8);
}

/** One JSON object without white space. */
export function encodeBackupMetadata(metadata: BackupMetadata): Buffer {
  return Buffer.from(JSON.stringify(metadata));
}

/**
 * Reads `backup.json`, or a `snapshot.json` of old. Old shapes are brought to today's, unknown keys kept, optional keys of a
 * wrong type take their default. Errors: `metadata-unreadable`, `unsupported-format` for a version that is not known yet.
 */
export function parseBackupMetadata(bytes: Uint8Array, member = 'backup.json'): BackupMetadata {
  const raw = parseObject(bytes, member);
  const version = typeof raw['version'] === 'number' ? raw['version'] : 1;
  if (version > newestVersion) throw archiveError('unsupported-format', { member, what: `it is of version ${version} of the format` });
  const required = (key: 'slug' | 'name' | 'date'): string => {
    const value = raw[key];
    if (typeof value === 'string' && value !== '') return value;
    throw archiveError('metadata-unreadable', { member, what: `the key "${key}" is missing or not a text` });
  };
  return {
    ...raw,
    slug: required('slug'),
    version,
    name: required('name'),
    date: required('date'),
    type: typeof raw['type'] === 'string' ? raw['type'] : 'partial',
    homeassistant: homeAssistantOf(raw['homeassistant']),
    compressed: raw['compressed'] !== false,
    // Before 2022 a text that was encrypted with the key.
    protected: raw['protected'] === true || typeof raw['protected'] === 'string',
    folders: textsOf(raw['folders']).filter((folder) => folder !== 'homeassistant'),
    addons: listOf(raw['addons']).filter(isAddon),
    repositories: textsOf(raw['repositories']),
    extra: isObject(raw['extra']) ? raw['extra'] : {},
  };
}

function parseObject(bytes: Uint8Array, member: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw archiveError('metadata-unreadable', { member, what: 'it is not JSON in UTF-8' }, error);
  }
  if (!isObject(value)) throw archiveError('metadata-unreadable', { member, what: 'it is not a JSON object' });
  return value;
}

function homeAssistantOf(value: unknown): HomeAssistantInfo | null {
  // Backups of 2017 and 2018 have the version alone.
  if (typeof value === 'string' && value !== '') return { version: value, exclude_database: false };
  if (!isObject(value) || typeof value['version'] !== 'string') return null;
  return { ...value, version: value['version'], exclude_database: value['exclude_database'] === true };
}

function isAddon(value: unknown): value is AddonInfo {
  return isObject(value) && typeof value['slug'] === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}
