import { indexKey, sidecarKey } from './backup-name.js';
import type { BackupServices } from './services.js';

/**
 * Deletes a backup at one location, its sidecar first: what is half-deleted is not visible. If it fails or the process dies, the next run goes on with
 * it; see {@link removeLeftovers}.
 */
export async function deleteCopy(services: BackupServices, locationId: string, key: string, signal: AbortSignal): Promise<void> {
  const pending = await services.journal.begin({ operation: 'delete', key, locations: [locationId] });
  const location = await services.locations.open(locationId);
  await location.delete(sidecarKey(key), { signal });
  await location.delete(indexKey(key), { signal });
  await location.delete(key, { signal });
  await services.sealLog.removed(key, locationId);
  await pending.settle([]);
}
