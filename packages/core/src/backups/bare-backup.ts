import type { BackupMetadata } from '../archive/backup-metadata.js';
import { memberKind } from '../archive/outer-members.js';
import { scanBackup } from '../archive/scan-backup.js';
import { mapConcurrently } from '../base/map-concurrently.js';
import { copyOf } from './inventory.js';
import { readRange } from './location-bytes.js';
import { mergeCopies } from './merge-copies.js';
import type { BackupServices } from './services.js';
import { sourceNameOf } from './sources/source.js';
import type { FoundBackup } from './summary.js';
import type { Trouble } from './trouble.js';
import { fingerprintIn } from './wanted-key.js';
import type { StoredFile } from './stored-file.js';

const filesAtOnce = 4;

/** Looks into files without a sidecar. Copies of one backup at several locations become one. */
export async function scanBare(
  services: BackupServices,
  files: readonly StoredFile[],
  { unreadable }: Trouble,
  signal: AbortSignal,
): Promise<FoundBackup[]> {
  const found: FoundBackup[] = [];
  await mapConcurrently(files, filesAtOnce, async (file) => {
    try {
      found.push(await scanFile(services, file, signal));
    } catch (error) {
      signal.throwIfAborted();
      unreadable.push({ location: file.location.title, key: file.key, message: error instanceof Error ? error.message : String(error) });
    }
  });
  return mergeCopies(found);
}

async function scanFile(services: BackupServices, file: StoredFile, signal: AbortSignal): Promise<FoundBackup> {
  const location = await services.locations.open(file.location.id);
  const read = (offset: number, length: number) => readRange(location, file.key, offset, length, signal);
  const { metadata, members } = await scanBackup(read, file.size);
  const keyFingerprint = fingerprintIn(metadata);
  const known = keyFingerprint === undefined ? undefined : services.keys.withFingerprint(keyFingerprint) !== undefined;
  return {
    sidecar: undefined,
    metadata,
    notWhole: [],
    summary: {
      id: metadata.slug,
      name: metadata.name,
      date: dateOf(metadata),
      size: file.size,
      encrypted: metadata.protected,
      ...(keyFingerprint === undefined ? {} : { keyFingerprint }),
      keyKnown: metadata.protected ? known : true,
      origin: 'other',
      seal: 'unsealed',
      sources: members.filter(({ name }) => memberKind(name) === 'inner-archive').map(({ name }) => sourceNameOf(name)),
      warnings: 0,
      pinned: false,
      locations: [copyOf(file)],
    },
  };
}

/** Home Assistant shows the time of the request, where there is one, as the backup's (format 2, `extra`). */
function dateOf({ date, extra }: BackupMetadata): string {
  const requested = extra['supervisor.backup_request_date'];
  return typeof requested === 'string' ? requested : date;
}
