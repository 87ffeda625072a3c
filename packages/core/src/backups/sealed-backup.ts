import { automaticMarkIn } from './automatic-mark.js';
import { sidecarKey } from './backup-name.js';
import { backupError } from './errors.js';
import { copyOf } from './inventory.js';
import { readSmallObject } from './location-bytes.js';
import { type ExpectedSeals, unexpected } from './seal/alarms.js';
import { checkSeal, type SealState } from './seal/check-seal.js';
import { sealDigest } from './seal/seal.js';
import type { BackupServices } from './services.js';
import { maxSidecarBytes, parseSidecar, type Sidecar } from './sidecar.js';
import type { BackupSummary, FoundBackup } from './summary.js';
import { noteTrouble, type Trouble } from './trouble.js';
import type { StoredFile } from './stored-file.js';

interface ReadSidecar {
  readonly file: StoredFile;
  readonly sidecar: Sidecar;
  readonly state: SealState;
}

/**
 * Reads the sidecar from the first copy that gives one, and goes on to one whose seal is authenticated. A copy whose size is not the
 * sidecar's is not whole, and told; if none is, the backup has no locations.
 */
export async function loadSealed(
  services: BackupServices,
  files: readonly StoredFile[],
  expected: ExpectedSeals,
  trouble: Trouble,
  signal: AbortSignal,
): Promise<FoundBackup | undefined> {
  const read: ReadSidecar[] = [];
  for (const file of files) {
    try {
      const sidecar = await readSidecar(services, file.location.id, file.key, signal);
      const { state } = await checkSeal(sidecar, services.keys);
      const error = unexpected(sidecar, file.key, file.location, expected.at(file.location.id, file.key));
      if (error !== undefined) throw error;
      read.push({ file, sidecar, state });
      if (state === 'sealed') break;
    } catch (error) {
      signal.throwIfAborted();
      noteTrouble(trouble, file, error, expected);
    }
  }
  const best = read.find(({ state }) => state === 'sealed') ?? read[0];
  if (best === undefined) return undefined;
  for (const other of read) if (other !== best) noteUnlike(trouble, best, other);
  const { sidecar } = best;
  const whole = files.filter(({ size }) => size === sidecar.file.size);
  const notWhole = files.filter((file) => !whole.includes(file));
  for (const { location, key, size } of notWhole) {
    trouble.unreadable.push({ location: location.title, key, message: `It is ${size} bytes long instead of ${sidecar.file.size}.` });
  }
  return { sidecar, metadata: undefined, notWhole, summary: summarise(services, best, whole) };
}

/** One copy is authenticated, and another lost that. */
function noteUnlike(trouble: Trouble, best: ReadSidecar, { file, sidecar }: ReadSidecar): void {
  if (best.state !== 'sealed' || sealDigest(best.sidecar) === sealDigest(sidecar)) return;
  const { location, key } = file;
  const like = `the one at "${best.file.location.title}"`;
  const error =
    sidecar.seal === undefined
      ? backupError('seal-missing', { id: best.sidecar.id, location: location.title, what: `its sidecar has no seal, unlike ${like}` })
      : backupError('seal-replaced', { id: best.sidecar.id, location: location.title, what: `it is not ${like}` });
  trouble.faults.push({ location, key, error });
}

/** @throws `sidecar-unreadable`, or the provider's error */
export async function readSidecar(services: BackupServices, location: string, key: string, signal: AbortSignal): Promise<Sidecar> {
  const name = sidecarKey(key);
  const bytes = await readSmallObject(await services.locations.open(location), name, maxSidecarBytes, signal);
  if (bytes === undefined) throw backupError('sidecar-unreadable', { key: name, reason: 'it is too large' });
  return parseSidecar(bytes, name);
}

function summarise(services: BackupServices, { sidecar, state }: ReadSidecar, files: readonly StoredFile[]): BackupSummary {
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
    seal: state,
    instance: sidecar.instance.name,
    instanceId: sidecar.instance.id,
    ...automaticMarkIn(sidecar.metadata),
    sources: sidecar.archives.map(({ source }) => source),
    warnings: sidecar.warnings,
    pinned: false,
    locations: files.map(copyOf),
  };
}
