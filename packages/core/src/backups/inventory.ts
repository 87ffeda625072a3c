import type { LocationRecord } from '../config/location-record.js';
import { backupKeyOfSidecar, idOfBackupKey, isBackupFile } from './backup-name.js';
import { describeFailure } from './failure.js';
import { homeAssistantMetadataKeys, isHomeAssistantMetadata } from './home-assistant-metadata.js';
import type { BackupServices } from './services.js';
import type { StoredFile } from './stored-file.js';
import type { BackupCopy, Failure } from './summary.js';

export interface UnreadableBackup {
  /** The location's title. */
  readonly location: string;
  readonly key: string;
  readonly message: string;
}

/** What lies at the locations, by names and sizes alone. */
export interface Inventory {
  /** Backups that have a sidecar, by key: the same key is the same backup everywhere. */
  readonly sealed: ReadonlyMap<string, readonly StoredFile[]>;
  /** Backup files without one; Home Assistant's among them. */
  readonly bare: readonly StoredFile[];
  /** Ids of the locations that were listed to their end. */
  readonly listed: ReadonlySet<string>;
  readonly unavailable: readonly { readonly location: string; readonly error: Failure }[];
  readonly unreadable: readonly UnreadableBackup[];
}

/** Lists the locations, all at once. One that fails is told in `unavailable` and hides nothing of the others. */
export async function takeInventory(
  services: BackupServices,
  locations: readonly LocationRecord[],
  signal: AbortSignal,
): Promise<Inventory> {
  const sealed = new Map<string, StoredFile[]>();
  const bare: StoredFile[] = [];
  const listed = new Set<string>();
  const unavailable: { location: string; error: Failure }[] = [];
  const unreadable: UnreadableBackup[] = [];
  await Promise.all(
    locations.map(async (location) => {
      try {
        const { files, sidecars, foreign } = await listLocation(services, location, signal);
        listed.add(location.id);
        for (const file of files.values()) {
          if (sidecars.has(file.key)) sealed.set(file.key, [...(sealed.get(file.key) ?? []), file]);
          else bare.push(withMetadata(file, foreign));
        }
        for (const key of sidecars) {
          if (files.has(key)) continue;
          unreadable.push({ location: location.title, key, message: 'Its sidecar is there, but the backup itself is gone.' });
        }
      } catch (error) {
        signal.throwIfAborted();
        unavailable.push({ location: location.title, error: describeFailure(error, location) });
      }
    }),
  );
  return { sealed, bare, listed, unavailable, unreadable };
}

async function listLocation(services: BackupServices, location: LocationRecord, signal: AbortSignal) {
  const files = new Map<string, StoredFile>();
  const sidecars = new Set<string>();
  const foreign = new Set<string>();
  const store = await services.locations.open(location.id);
  for await (const { key, size } of store.list('', { signal })) {
    const backup = backupKeyOfSidecar(key);
    if (backup !== undefined) sidecars.add(backup);
    else if (isBackupFile(key)) files.set(key, { location, key, size });
    else if (isHomeAssistantMetadata(key)) foreign.add(key);
  }
  return { files, sidecars, foreign };
}

/** By its exact name: a name that only starts alike is another backup's. */
function withMetadata(file: StoredFile, foreign: ReadonlySet<string>): StoredFile {
  const metadataKey = homeAssistantMetadataKeys(file.key).find((key) => foreign.has(key));
  return metadataKey === undefined ? file : { ...file, metadataKey };
}

export function copyOf({ location, key, metadataKey }: StoredFile): BackupCopy {
  // Under a name of Holdfast's own it is a copy that Holdfast sent there.
  const isManaged = metadataKey !== undefined && idOfBackupKey(key) === undefined;
  return { id: location.id, title: location.title, key, ...(isManaged ? { managedBy: 'home-assistant' } : {}) };
}
