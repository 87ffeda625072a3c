import { mapConcurrently } from '../base/map-concurrently.js';
import { backupKeyOfSidecar, idOfBackupKey, sidecarKey } from './backup-name.js';
import { deleteCopy } from './delete-copy.js';
import { backupError } from './errors.js';
import { readSmallObject } from './location-bytes.js';
import { type ExpectedSeals, expectedSeals } from './seal/alarms.js';
import { checkSeal } from './seal/check-seal.js';
import { sealDigest } from './seal/seal.js';
import { readSidecar } from './sealed-backup.js';
import type { BackupServices } from './services.js';
import type { Target } from './targets.js';

/** A backup that this instance made and put at a location. */
export interface OwnBackup {
  readonly key: string;
  readonly id: string;
  /** Its number among those of the instance: clocks may go wrong. */
  readonly sequence: number;
  readonly isWhole: boolean;
}

const readsAtOnce = 8;

/**
 * Which of this instance's backups have to leave a location that keeps only so many, when one more is there: what is not whole first, then the oldest.
 * Those of others, Home Assistant's among them, are neither counted nor named; nor are those of which nobody can prove who made them.
 */
export async function outgoingAt(services: BackupServices, target: Target, newKey: string, signal: AbortSignal): Promise<OwnBackup[]> {
  const { maxBackups } = target.limits;
  if (maxBackups === undefined) return [];
  const sizes = new Map<string, number>();
  const sealed: string[] = [];
  for await (const { key, size } of target.location.list('', { signal })) {
    const backup = backupKeyOfSidecar(key);
    if (backup === undefined) sizes.set(key, size);
    else if (backup !== newKey && idOfBackupKey(backup) !== undefined) sealed.push(backup);
  }
  const expected = await expectedSeals(services.sealLog);
  const there = sealed.filter((key) => sizes.has(key));
  const read = await mapConcurrently(there, readsAtOnce, (key) => ownBackup(services, target, key, sizes.get(key), expected, signal));
  const own = read.flatMap((backup) => backup ?? []);
  own.sort((a, b) => Number(a.isWhole) - Number(b.isWhole) || a.sequence - b.sequence);
  return own.slice(0, Math.max(0, own.length + 1 - maxBackups));
}

async function ownBackup(
  services: BackupServices,
  { record }: Target,
  key: string,
  size: number | undefined,
  expected: ExpectedSeals,
  signal: AbortSignal,
): Promise<OwnBackup | undefined> {
  try {
    const sidecar = await readSidecar(services, record.id, key, signal);
    const { id, seal, instance, file } = sidecar;
    if (seal === undefined || instance.id !== services.instance.id) return undefined;
    const isExpected = expected.at(record.id, key)?.digest === sealDigest(sidecar);
    if (!isExpected && (await checkSeal(sidecar, services.keys)).state !== 'sealed') return undefined;
    return { key, id, sequence: seal.sequence, isWhole: size === file.size };
  } catch (error) {
    signal.throwIfAborted();
    services.log.warn(`${key} at ${record.title} isn't counted among its backups: ${String(error)}`);
    return undefined;
  }
}

/**
 * Deletes what a new backup takes the place of, after a last look at the new one: its bytes were proven before, and the sidecar that makes them a
 * backup is read back here. @returns the ids of what was deleted
 */
export async function replaceOldest(
  services: BackupServices,
  { record, location }: Target,
  outgoing: readonly OwnBackup[],
  replacement: { readonly key: string; readonly size: number; readonly sidecar: Uint8Array },
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (outgoing.length === 0) return [];
  const { key, size, sidecar } = replacement;
  const stored = await location.head(key, { signal });
  const readBack = await readSmallObject(location, sidecarKey(key), sidecar.length, signal);
  if (stored?.size !== size || readBack?.equals(sidecar) !== true) {
    throw backupError('read-back-differs', { location: record.title, offset: 0 });
  }
  for (const old of outgoing) await deleteCopy(services, record.id, old.key, signal);
  return outgoing.map(({ id }) => id);
}
