import { setTimeout } from 'node:timers/promises';
import type { LocationRecord } from '../config/location-record.js';
import type { Location } from '../provider-api/index.js';
import { type LocationLimits, limitsOf } from '../providers/location-limits.js';
import { backupError } from './errors.js';
import type { BackupServices } from './services.js';

/** An open location that a backup goes to. */
export interface Target {
  readonly record: LocationRecord;
  readonly location: Location;
  readonly limits: LocationLimits;
}

/** How long a location may take to be opened while others wait for it. Milliseconds. */
const patience = 2 * 60_000;

/**
 * Opens the locations of a backup, all at once, and clears away their providers' leftovers. One that can't be opened, that takes no plain backups
 * and is given one, or for which the others would have to wait too long, fails alone.
 */
export async function openTargets(
  services: BackupServices,
  records: readonly LocationRecord[],
  encrypted: boolean,
  signal: AbortSignal,
): Promise<{ targets: Target[]; failed: { record: LocationRecord; error: unknown }[] }> {
  const opened = await Promise.all(
    records.map(async (record) => {
      try {
        const target = openTarget(services, record, encrypted, signal);
        return { target: records.length === 1 ? await target : await inTime(() => target, record, signal) };
      } catch (error) {
        signal.throwIfAborted();
        return { failed: { record, error } };
      }
    }),
  );
  return { targets: opened.flatMap(({ target }) => target ?? []), failed: opened.flatMap(({ failed }) => failed ?? []) };
}

async function openTarget(services: BackupServices, record: LocationRecord, encrypted: boolean, signal: AbortSignal): Promise<Target> {
  const type = services.providers.type(record.provider);
  if (!encrypted && type.limits.requiresEncryption) throw backupError('encryption-required', { location: record.title });
  const location = await services.locations.open(record.id);
  const swept = await location.sweep?.({ signal });
  if (swept !== undefined && swept > 0) services.log.info(`${record.title}: ${swept} unfinished uploads removed`);
  // Opening may have migrated the settings.
  return { record, location, limits: limitsOf(type, services.locations.get(record.id).config) };
}

/** Waits for a location no longer than others can wait. @throws `location-unresponsive` */
export async function inTime<T>(work: () => Promise<T>, { title }: LocationRecord, signal: AbortSignal): Promise<T> {
  const timer = new AbortController();
  const tooLate = setTimeout(patience, undefined, { signal: AbortSignal.any([signal, timer.signal]) }).then(() => {
    throw backupError('location-unresponsive', { location: title, minutes: patience / 60_000 });
  });
  try {
    return await Promise.race([work(), tooLate]);
  } finally {
    timer.abort();
    await Promise.allSettled([tooLate]);
  }
}
