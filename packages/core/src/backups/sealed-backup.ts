import { sidecarKey } from './backup-name.js';
import { backupError } from './errors.js';
import { copyOf, type StoredFile, type UnreadableBackup } from './inventory.js';
import { readSmallObject } from './location-bytes.js';
import type { BackupServices } from './services.js';
import { maxSidecarBytes, parseSidecar, type Sidecar } from './sidecar.js';
import type { BackupSummary, FoundBackup } from './summary.js';

/** Reads the sidecar from the first copy that gives one. A copy whose size is not the sidecar's is not whole, and left out. */
export async function loadSealed(
  services: BackupServices,
  files: readonly StoredFile[],
  unreadable: UnreadableBackup[],
  signal: AbortSignal,
): Promise<FoundBackup | undefined> {
  for (const file of files) {
    try {
      const sidecar = await readSidecar(services, file, signal);
      const whole = files.filter(({ size }) => size === sidecar.file.size);
      for (const { location, key, size } of files.filter((other) => !whole.includes(other))) {
        unreadable.push({ location: location.title, key, message: `It is ${size} bytes long instead of ${sidecar.file.size}.` });
      }
      return whole.length === 0 ? undefined : { sidecar, metadata: undefined, summary: summarise(services, sidecar, whole) };
    } catch (error) {
      signal.throwIfAborted();
      unreadable.push({ location: file.location.title, key: file.key, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return undefined;
}

async function readSidecar(services: BackupServices, { location, key }: StoredFile, signal: AbortSignal): Promise<Sidecar> {
  const name = sidecarKey(key);
  const bytes = await readSmallObject(await services.locations.open(location.id), name, maxSidecarBytes, signal);
  if (bytes === undefined) throw backupError('sidecar-unreadable', { key: name, reason: 'it is too large' });
  return parseSidecar(bytes, name);
}

function summarise(services: BackupServices, sidecar: Sidecar, files: readonly StoredFile[]): BackupSummary {
  const { id, name, date, encryption } = sidecar;
  const encrypted = encryption.format !== 'plain';
  return {
    id,
    name,
    date,
    size: sidecar.file.size,
    encrypted,
    ...(encrypted ? { keyFingerprint: encryption.keyFingerprint } : {}),
    keyKnown: encrypted ? services.keys.withFingerprint(encryption.keyFingerprint) !== undefined : true,
    origin: 'holdfast',
    instance: sidecar.instance.name,
    sources: sidecar.archives.map(({ source }) => source),
    warnings: sidecar.warnings,
    locations: files.map(copyOf),
  };
}
