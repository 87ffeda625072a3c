import { isHoldfastError } from '../base/errors.js';
import { idOfBackupKey, indexKey, sidecarKey } from './backup-name.js';
import { chooseLocations, findBackup } from './catalogue.js';
import { deleteCopy } from './delete-copy.js';
import { backupError } from './errors.js';
import { lockBackups } from './exclusive.js';
import { homeAssistantMetadataKeys } from './home-assistant-metadata.js';
import { removeLeftovers } from './leftovers.js';
import type { BackupServices } from './services.js';

/**
 * Deletes a backup at the chosen locations, its sidecar first: what is half-deleted is not visible. One that is gone already is no longer expected
 * there, and nothing is deleted.
 */
export async function deleteBackup(
  services: BackupServices,
  id: string,
  locations: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<{ readonly deletedFrom: readonly string[] }> {
  await using _lock = await lockBackups(services.dataDir, 'deleting a backup');
  await removeLeftovers(services, signal);
  const chosen = new Set(chooseLocations(services, locations).map((record) => record.id));
  const found = await findBackup(services, id, signal).catch((error: unknown) => {
    if (isHoldfastError(error, 'backup-missing')) return undefined;
    throw error;
  });
  if (found === undefined) {
    await forget(services, id, chosen, signal);
    return { deletedFrom: [] };
  }
  const { summary } = found;
  const copies = summary.locations.filter((copy) => chosen.has(copy.id));
  if (copies.length === 0) {
    const there = summary.locations.map(({ title }) => title).join(', ');
    throw backupError('backup-not-at-location', { id: summary.id, location: (locations ?? []).join(', '), locations: there });
  }
  const foreign = copies.find(({ managedBy }) => managedBy !== undefined);
  if (foreign !== undefined) {
    const file = homeAssistantMetadataKeys(foreign.key).join(' or ');
    throw backupError('not-ours-to-delete', { id: summary.id, location: foreign.title, file });
  }
  for (const { id: locationId, key } of copies) {
    const beside = summary.origin === 'other' && idOfBackupKey(key) !== undefined ? homeAssistantMetadataKeys(key) : [];
    await deleteCopy(services, locationId, key, signal, beside);
  }
  return { deletedFrom: copies.map(({ title }) => title) };
}

/** Whoever deletes what was deleted by hand says with it that this was right. */
async function forget(services: BackupServices, id: string, locations: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  for (const seal of await services.sealLog.all()) {
    if (!seal.id.startsWith(id)) continue;
    for (const locationId of seal.locations.filter((location) => locations.has(location))) {
      const location = await services.locations.open(locationId);
      if ((await location.head(seal.key, { signal })) !== undefined) continue;
      await location.delete(sidecarKey(seal.key), { signal });
      await location.delete(indexKey(seal.key), { signal });
      await services.sealLog.removed(seal.key, locationId);
    }
  }
}
