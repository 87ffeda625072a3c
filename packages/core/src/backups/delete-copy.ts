import { indexKey, sidecarKey } from './backup-name.js';
import type { BackupServices } from './services.js';

/**
 * Deletes a backup at one location, its sidecar first: what is half-deleted is not visible. If it fails or the process dies, the next run goes on with
 * it; see {@link removeLeftovers}. `beside`: keys of what else lies beside it.
 */
export async function deleteCopy(
  services: BackupServices,
  locationId: string,
  key: string,
  signal: AbortSignal,
  beside: readonly string[] = [],
): Promise<void> {
  const pending = await services.journal.begin({ operation: 'delete', key, locations: [locationId], beside });
  const location = await services.locations.open(locationId);
  // First, so that nobody takes what is deleted here for the work of an attacker; from here on the journal sees to the rest.
  await services.sealLog.removed(key, locationId);
  for (const object of [...beside, sidecarKey(key), indexKey(key)]) await location.delete(object, { signal });
  await location.delete(key, { signal });
  await pending.settle([]);
}
