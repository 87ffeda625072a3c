import { join } from 'node:path';
import { type BackupMetadata, newBackupMetadata } from '../archive/backup-metadata.js';
import type { ArchiveEncryption } from '../archive/securetar/archive-encryption.js';
import { readFileIfThere } from '../base/atomic-file.js';
import { type AutomaticMark, automaticExtra } from './automatic-mark.js';
import { backupKey, idOfBackupKey } from './backup-name.js';
import { backupError } from './errors.js';
import type { BackupServices } from './services.js';
import { homeAssistantFolders, type Source } from './sources/source.js';
import { inTime } from './targets.js';
import { fingerprintProperty } from './wanted-key.js';

/** All that is settled about a backup before its first byte. */
export interface BackupDraft {
  /** Its key at the locations. */
  readonly key: string;
  readonly date: Date;
  readonly encryption: { readonly password: string; readonly fingerprint: string } | undefined;
  /** Of the inner archives, if they are encrypted. */
  readonly format: ArchiveEncryption['format'];
  /** With the backup's id, name and date. */
  readonly metadata: BackupMetadata;
}

export async function draftBackup(
  services: BackupServices,
  sources: readonly Source[],
  options: { readonly name?: string; readonly encrypt?: boolean; readonly encryption?: 'v2' | 'v3'; readonly automatic?: AutomaticMark },
  signal: AbortSignal,
): Promise<BackupDraft> {
  const encryption = options.encrypt === false ? undefined : currentKey(services);
  const name = options.name?.trim() || `Backup of ${sources.map((source) => source.name).join(', ')}`;
  const taken = await takenIds(services, signal);
  const homeAssistant = sources.find((source) => source.name === 'homeassistant');
  const version = homeAssistant === undefined ? undefined : await versionIn(homeAssistant.path);
  const describe = (date: Date) =>
    newBackupMetadata({
      name,
      date,
      protected: encryption !== undefined,
      ...(version === undefined ? {} : { homeassistant: { version, excludeDatabase: false } }),
      folders: sources.map((source) => source.name).filter((source) => homeAssistantFolders.includes(source)),
      extra: {
        instance_id: services.instance.id,
        ...(options.automatic === undefined ? {} : automaticExtra(options.automatic)),
        ...(encryption === undefined ? {} : { [fingerprintProperty]: encryption.fingerprint }),
      },
    });
  // An id is 32 bits of a digest of time and name (format 2): if it is taken, the next millisecond has another.
  let date = services.clock.now();
  let metadata = describe(date);
  while (taken.has(metadata.slug)) {
    date = new Date(date.getTime() + 1);
    metadata = describe(date);
  }
  return {
    key: backupKey(metadata.slug, date),
    date,
    encryption,
    format: options.encryption === 'v3' ? 'securetar-3' : 'securetar-2',
    metadata,
  };
}

function currentKey(services: BackupServices): { password: string; fingerprint: string } {
  const stored = services.keys.current();
  if (stored === undefined) throw backupError('no-encryption-key');
  return { password: stored.key, fingerprint: stored.fingerprint };
}

/** The ids in use, by keys alone. A location that can't be listed can't be asked; it fails later in its own right. */
export async function takenIds(services: BackupServices, signal: AbortSignal): Promise<Set<string>> {
  const taken = new Set<string>();
  const list = async (id: string) => {
    const location = await services.locations.open(id);
    for await (const { key } of location.list('', { signal })) {
      const backup = idOfBackupKey(key);
      if (backup !== undefined) taken.add(backup);
    }
  };
  await Promise.all(
    services.locations.list().map((record) => inTime(() => list(record.id), record, signal).catch(() => signal.throwIfAborted())),
  );
  return taken;
}

/** The version that Home Assistant notes in its configuration folder; without it a backup of the folder can't be restored there. */
async function versionIn(folder: string): Promise<string | undefined> {
  const version = (await readFileIfThere(join(folder, '.HA_VERSION')))?.trim();
  return version === '' ? undefined : version;
}
