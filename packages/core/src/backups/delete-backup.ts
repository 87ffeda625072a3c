import { sidecarKey } from './backup-name.js';
import { chooseLocations, findBackup } from './catalogue.js';
import { backupError } from './errors.js';
import { lockBackups } from './exclusive.js';
import { removeLeftovers } from './leftovers.js';
import type { BackupServices } from './services.js';

/** Deletes a backup at the chosen locations, its sidecar first: what is half-deleted is not visible. */
export async function deleteBackup(
  services: BackupServices,
  id: string,
  locations: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<{ readonly deletedFrom: readonly string[] }> {
  await using _lock = await lockBackups(services.dataDir, 'deleting a backup');
  await removeLeftovers(services, signal);
  const { summary } = await findBackup(services, id, signal);
  const chosen = new Set(chooseLocations(services, locations).map((record) => record.id));
  const copies = summary.locations.filter((copy) => chosen.has(copy.id));
  if (copies.length === 0) {
    const there = summary.locations.map(({ title }) => title).join(', ');
    throw backupError('backup-not-at-location', { id: summary.id, location: (locations ?? []).join(', '), locations: there });
  }
  for (const { id: locationId, key } of copies) {
    const pending = await services.journal.begin({ operation: 'delete', key, locations: [locationId] });
    const location = await services.locations.open(locationId);
    await location.delete(sidecarKey(key), { signal });
    await location.delete(key, { signal });
    await pending.settle([]);
  }
  return { deletedFrom: copies.map(({ title }) => title) };
}
