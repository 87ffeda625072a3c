import { sidecarKey } from './backup-name.js';
import { backupError } from './errors.js';
import { readSmallObject } from './location-bytes.js';
import { deleteRetained } from './retention/delete-retained.js';
import { copiesAt } from './retention/location-copies.js';
import { planLimit } from './retention/plan-limit.js';
import type { DropReason } from './retention/plan-retention.js';
import type { BackupServices } from './services.js';
import type { Target } from './targets.js';

/** A backup that this instance made and put at a location. */
export interface OwnBackup {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly date: string;
  /** Bytes. */
  readonly size: number;
  readonly job?: string;
  /** Its number among those of the instance: clocks may go wrong. */
  readonly sequence: number;
  readonly isWhole: boolean;
  /** Why there is no place for it. */
  readonly leftOutBy: readonly DropReason[];
}

/**
 * Which of this instance's backups have to leave a location that keeps only so many, when one more is there: what is damaged first, then the oldest; retention by the
 * rule that it keeps so many copies, of those made by hand as well. Those of others, Home Assistant's among them, are neither counted nor named; nor are those of
 * which nobody can prove who made them. Pinned ones stay, and are not counted.
 */
export async function outgoingAt(services: BackupServices, target: Target, newKey: string, signal: AbortSignal): Promise<OwnBackup[]> {
  const { record, limits } = target;
  const { maxBackups } = limits;
  if (maxBackups === undefined) return [];
  const [copies, pinned, verified] = await Promise.all([
    copiesAt(services, record, signal),
    services.pins.ids(),
    services.verifiedLog.all(),
  ]);
  const own = copies.flatMap(({ own: mine, ...copy }) => (mine === undefined || copy.key === newKey ? [] : { ...copy, ...mine }));
  const retained = own.map(({ key, id, sequence, isWhole }) => {
    const known = verified.of(key, record.id);
    const good = isWhole && known?.failed === undefined;
    return { key, sequence, pinned: pinned.has(id), good, verified: known?.wholeAt !== undefined };
  });
  // It counts as the newest, and nothing is deleted for it before it was proven whole.
  const newest = { key: newKey, sequence: Number.MAX_SAFE_INTEGER / 2, pinned: false, good: true, verified: true };
  const leaving = planLimit([newest, ...retained], maxBackups).filter(({ keptBy }) => keptBy.length === 0);
  return leaving
    .reverse()
    .flatMap(({ id, leftOutBy }) => own.filter(({ key }) => key === id).map((backup) => ({ ...backup, leftOutBy })))
    .sort((one, other) => Number(one.isWhole) - Number(other.isWhole));
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
  const deleted: string[] = [];
  for (const old of outgoing) if (await deleteRetained(services, record, old, signal)) deleted.push(old.id);
  return deleted;
}
