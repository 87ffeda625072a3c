import { mapConcurrently } from '../base/map-concurrently.js';
import { backupError } from './errors.js';
import { maxHomeAssistantMetadataBytes, parseHomeAssistantMetadata } from './home-assistant-metadata.js';
import { copyOf } from './inventory.js';
import { readSmallObject } from './location-bytes.js';
import { mergeCopies } from './merge-copies.js';
import type { BackupServices } from './services.js';
import type { StoredFile } from './stored-file.js';
import type { FoundBackup } from './summary.js';
import type { Trouble } from './trouble.js';

const readsAtOnce = 8;

export interface DescribedBackups {
  readonly found: readonly FoundBackup[];
  /** Files of which nothing is known but by looking into them. */
  readonly rest: readonly StoredFile[];
}

/** Home Assistant's own backups among files without a sidecar, by what it notes beside them. */
export async function loadDescribed(
  services: BackupServices,
  files: readonly StoredFile[],
  { unreadable }: Trouble,
  signal: AbortSignal,
): Promise<DescribedBackups> {
  const found: FoundBackup[] = [];
  const rest: StoredFile[] = [];
  await mapConcurrently(files, readsAtOnce, async (file) => {
    const { metadataKey } = file;
    if (metadataKey === undefined) {
      rest.push(file);
      return;
    }
    try {
      found.push(await load(services, file, metadataKey, signal));
    } catch (error) {
      signal.throwIfAborted();
      rest.push(file);
      unreadable.push({ location: file.location.title, key: file.key, message: error instanceof Error ? error.message : String(error) });
    }
  });
  return { found: mergeCopies(found), rest };
}

async function load(services: BackupServices, file: StoredFile, metadataKey: string, signal: AbortSignal): Promise<FoundBackup> {
  const location = await services.locations.open(file.location.id);
  const bytes = await readSmallObject(location, metadataKey, maxHomeAssistantMetadataBytes, signal);
  if (bytes === undefined) throw backupError('metadata-file-unreadable', { file: metadataKey, reason: 'it is too large' });
  const { id, name, date, encrypted, sources, keyFingerprint, record } = parseHomeAssistantMetadata(bytes, metadataKey);
  const known = keyFingerprint === undefined ? undefined : services.keys.withFingerprint(keyFingerprint) !== undefined;
  return {
    sidecar: undefined,
    metadata: record,
    notWhole: [],
    summary: {
      id,
      name,
      date,
      size: file.size,
      encrypted,
      ...(keyFingerprint === undefined ? {} : { keyFingerprint }),
      keyKnown: encrypted ? known : true,
      origin: 'other',
      seal: 'unsealed',
      sources,
      warnings: 0,
      pinned: false,
      locations: [copyOf(file)],
    },
  };
}
