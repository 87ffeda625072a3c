import type { LocationRecord } from '../config/location-record.js';
import type { Location } from '../provider-api/index.js';
import { backupError } from './errors.js';
import type { BackupServices } from './services.js';

/** An open location that a backup goes to. */
export interface Target {
  readonly record: LocationRecord;
  readonly location: Location;
}

/**
 * Opens the locations of a backup and clears away their providers' leftovers. One that can't be opened, or that takes no plain backups
 * and is given one, fails alone.
 */
export async function openTargets(
  services: BackupServices,
  records: readonly LocationRecord[],
  encrypted: boolean,
  signal: AbortSignal,
): Promise<{ targets: Target[]; failed: { record: LocationRecord; error: unknown }[] }> {
  const targets: Target[] = [];
  const failed: { record: LocationRecord; error: unknown }[] = [];
  for (const record of records) {
    try {
      if (!encrypted && services.providers.type(record.provider).limits.requiresEncryption) {
        throw backupError('encryption-required', { location: record.title });
      }
      const location = await services.locations.open(record.id);
      const swept = await location.sweep?.({ signal });
      if (swept !== undefined && swept > 0) services.log.info(`${record.title}: ${swept} unfinished uploads removed`);
      targets.push({ record, location });
    } catch (error) {
      signal.throwIfAborted();
      failed.push({ record, error });
    }
  }
  return { targets, failed };
}
