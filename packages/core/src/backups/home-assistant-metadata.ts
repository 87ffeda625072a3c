import { backupError } from './errors.js';
import type { BackupSummary } from './summary.js';
import { fingerprintIn } from './wanted-key.js';

/** What stands beside a backup that Home Assistant put at a location, as far as it is of use here. */
export interface HomeAssistantMetadata extends Pick<BackupSummary, 'id' | 'name' | 'date' | 'encrypted' | 'sources'> {
  readonly keyFingerprint: string | undefined;
  /** All that it says about the backup. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** It holds names and versions; a larger one isn't one. Bytes. */
export const maxHomeAssistantMetadataBytes = 1024 * 1024;

/** How the files are called that Home Assistant's locations keep beside `X.tar`. */
const endings = ['.metadata.json', '_meta.json'] as const;
const maxTextLength = 500;

/** The keys at which the metadata of a backup may lie. */
export function homeAssistantMetadataKeys(key: string): string[] {
  return key.endsWith('.tar') ? endings.map((ending) => `${key.slice(0, -'.tar'.length)}${ending}`) : [];
}

export function isHomeAssistantMetadata(key: string): boolean {
  return endings.some((ending) => key.endsWith(ending));
}

/**
 * Reads what Home Assistant notes about a backup: its record, or that in an envelope with `metadata_version` "1", as some of its locations have it. What
 * someone else wrote there can be anything.
 *
 * @throws `metadata-file-unreadable`
 */
export function parseHomeAssistantMetadata(bytes: Uint8Array, file: string): HomeAssistantMetadata {
  const unreadable = (reason: string, cause?: unknown) => backupError('metadata-file-unreadable', { file, reason }, cause);
  const record = (value: unknown, what: string): Readonly<Record<string, unknown>> => {
    if (isRecord(value)) return value;
    throw unreadable(`${what} is not an object`);
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw unreadable('it is not JSON in UTF-8', error);
  }
  const envelope = record(parsed, 'it');
  const version = envelope['metadata_version'];
  if (version !== undefined && version !== '1') throw unreadable(`it is of version ${JSON.stringify(version)?.slice(0, 20)}`);
  const backup = version === undefined ? envelope : record(envelope['backup_metadata'], 'backup_metadata');
  const text = (name: string) => {
    const value = backup[name];
    if (typeof value === 'string' && value !== '' && value.length <= maxTextLength) return value;
    throw unreadable(`${name} is not a text`);
  };
  const flag = (name: string) => {
    const value = backup[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw unreadable(`${name} is neither true nor false`);
  };
  const list = (name: string): readonly unknown[] => {
    const value = backup[name] ?? [];
    if (Array.isArray(value)) return value;
    throw unreadable(`${name} is not a list`);
  };
  const names = (field: string, nameOf: (item: unknown) => unknown) =>
    list(field).map((item) => {
      const name = nameOf(item);
      if (typeof name === 'string' && name !== '' && name.length <= maxTextLength) return name.replaceAll('/', '_');
      throw unreadable(`${field} holds what has no name`);
    });
  const id = text('backup_id');
  if (!/^[\w-]{1,64}$/.test(id)) throw unreadable('backup_id is not an id');
  if (version !== undefined && envelope['backup_id'] !== id) throw unreadable('it has two ids');
  const date = text('date');
  if (Number.isNaN(Date.parse(date))) throw unreadable('date is not a date');
  const extra = isRecord(backup['extra_metadata']) ? backup['extra_metadata'] : {};
  return {
    id,
    name: text('name'),
    date: requestDate(extra) ?? date,
    encrypted: flag('protected'),
    // By the names of their inner archives.
    sources: [
      ...(flag('homeassistant_included') ? ['homeassistant'] : []),
      ...names('folders', (folder) => folder),
      ...names('addons', (addon) => (isRecord(addon) ? addon['slug'] : undefined)),
    ],
    keyFingerprint: fingerprintIn({ extra }),
    record: backup,
  };
}

/** Home Assistant shows the time of the request, where there is one, as the backup's. */
function requestDate(extra: Readonly<Record<string, unknown>>): string | undefined {
  const requested = extra['supervisor.backup_request_date'];
  return typeof requested === 'string' && requested.length <= maxTextLength && !Number.isNaN(Date.parse(requested)) ? requested : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
