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
      const type = services.providers.type(record.provider);
      if (!encrypted && type.limits.requiresEncryption) throw backupError('encryption-required', { location: record.title });
      const location = await services.locations.open(record.id);
      const swept = await location.sweep?.({ signal });
      if (swept !== undefined && swept > 0) services.log.info(`${record.title}: ${swept} unfinished uploads removed`);
      // Opening may have migrated the settings.
      targets.push({ record, location, limits: limitsOf(type, services.locations.get(record.id).config) });
    } catch (error) {
      signal.throwIfAborted();
      failed.push({ record, error });
    }
  }
  return { targets, failed };
}

/** Does something at all targets at once. Returns those where it succeeded; a failure is told, and is that target's alone. */
export async function eachTarget(
  targets: readonly Target[],
  act: (target: Target) => Promise<void>,
  onFailure: (target: Target, error: unknown) => void,
  signal: AbortSignal,
): Promise<Target[]> {
  const done = await Promise.all(
    targets.map(async (target) => {
      try {
        await act(target);
        return [target];
      } catch (error) {
        signal.throwIfAborted();
        onFailure(target, error);
        return [];
      }
    }),
  );
  return done.flat();
}
