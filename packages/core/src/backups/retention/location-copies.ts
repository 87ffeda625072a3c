import type { LocationRecord } from '../../config/location-record.js';
import { mapConcurrently } from '../../base/map-concurrently.js';
import { isHoldfastError } from '../../base/errors.js';
import { backupKeyOfSidecar, idOfBackupKey, isBackupFile } from '../backup-name.js';
import { automaticMarkIn } from '../automatic-mark.js';
import { type ExpectedSeals, expectedSeals, unexpected } from '../seal/alarms.js';
import { checkSeal } from '../seal/check-seal.js';
import { sealDigest } from '../seal/seal.js';
import { readSidecar } from '../sealed-backup.js';
import type { BackupServices } from '../services.js';
import type { OutsideReason } from './plan-retention.js';

/** A copy of a backup, as it lies at a location. */
export interface LocationCopy {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  /** ISO 8601 with offset. */
  readonly date: string;
  /** Bytes of the file there. */
  readonly size: number;
  /** The names of the sources in it. */
  readonly sources: readonly string[];
  /** The job that made it, whosever. */
  readonly job?: string;
  /** Of one that this instance made, as its seal proves; absent for all others. */
  readonly own?: {
    /** Its number among those of the instance: clocks may go wrong. */
    readonly sequence: number;
    /** Whether it is as long as it should be. */
    readonly isWhole: boolean;
  };
  /** Why it is no business of this instance's retention; absent for its own. */
  readonly outside?: Extract<OutsideReason, 'other-instance' | 'changed' | 'unproven' | 'foreign'>;
}

const readsAtOnce = 8;

/**
 * All backups of a location, each with the answer to the question whose it is. Only what the seal log or a key of this host proves counts as its own: a sidecar can be
 * written by whoever writes there.
 *
 * @throws the location's failure, when it can't be listed
 */
export async function copiesAt(services: BackupServices, record: LocationRecord, signal: AbortSignal): Promise<LocationCopy[]> {
  const location = await services.locations.open(record.id);
  const sizes = new Map<string, number>();
  const sealed = new Set<string>();
  for await (const { key, size } of location.list('', { signal })) {
    const backup = backupKeyOfSidecar(key);
    if (backup !== undefined) sealed.add(backup);
    else if (isBackupFile(key)) sizes.set(key, size);
  }
  const expected = await expectedSeals(services.sealLog);
  return mapConcurrently([...sizes], readsAtOnce, async ([key, size]) => {
    if (!sealed.has(key)) return unknownCopy(key, size, 'foreign');
    try {
      return await judgedCopy(services, record, { key, size }, expected, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isHoldfastError(error)) services.log.warn(`${key} at ${record.title} is left as it is: ${String(error)}`);
      return unknownCopy(key, size, 'changed');
    }
  });
}

async function judgedCopy(
  services: BackupServices,
  record: LocationRecord,
  { key, size }: { readonly key: string; readonly size: number },
  expected: ExpectedSeals,
  signal: AbortSignal,
): Promise<LocationCopy> {
  const sidecar = await readSidecar(services, record.id, key, signal);
  const { id, name, date, seal, instance, file, metadata, archives } = sidecar;
  const copy = { key, id, name, date, size, sources: archives.map(({ source }) => source), ...automaticMarkIn(metadata) };
  if (instance.id !== services.instance.id) return { ...copy, outside: 'other-instance' };
  const logged = expected.at(record.id, key);
  if (idOfBackupKey(key) === undefined || unexpected(sidecar, key, record, logged) !== undefined) return { ...copy, outside: 'changed' };
  const isProven = logged?.digest === sealDigest(sidecar) || (await checkSeal(sidecar, services.keys)).state === 'sealed';
  if (seal === undefined || !isProven) return { ...copy, outside: 'unproven' };
  return { ...copy, own: { sequence: seal.sequence, isWhole: size === file.size } };
}

function unknownCopy(key: string, size: number, outside: 'foreign' | 'changed'): LocationCopy {
  return { key, id: idOfBackupKey(key) ?? key, name: key, date: '', size, sources: [], outside };
}
