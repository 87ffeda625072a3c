import { indexKey, sidecarKey } from './backup-name.js';
import { removeHalfWritten } from './half-written.js';
import type { PendingEntry } from './journal.js';
import { checkSeal } from './seal/check-seal.js';
import { sealDigest } from './seal/seal.js';
import { readSidecar } from './sealed-backup.js';
import type { BackupServices } from './services.js';

/**
 * Clears away what an earlier run left when it died: a backup without its sidecar, a deletion that was half done, half-written files of the
 * data directory. To be called under the lock. A location that can't be reached keeps its entry for the next time.
 *
 * @returns how many leftovers were removed
 */
export async function removeLeftovers(services: BackupServices, signal: AbortSignal): Promise<number> {
  await removeHalfWritten(services.dataDir);
  let removed = 0;
  for (const pending of await services.journal.pending()) removed += await settle(services, pending, signal);
  return removed;
}

/** How long all runs may wait for a location where something is left. Milliseconds. */
const patience = 2 * 60_000;

async function settle(services: BackupServices, pending: PendingEntry, whole: AbortSignal): Promise<number> {
  const { operation, key, locations, beside = [] } = pending.entry;
  const known = new Set(services.locations.list().map(({ id }) => id));
  const unsettled: string[] = [];
  let removed = 0;
  for (const id of locations.filter((location) => known.has(location))) {
    const signal = AbortSignal.any([whole, AbortSignal.timeout(patience)]);
    try {
      const location = await services.locations.open(id);
      // A created backup whose sidecar made it is whole: then only the note about it was left.
      if (operation === 'create' && (await location.head(sidecarKey(key), { signal })) !== undefined) {
        await adopt(services, id, key, signal);
        continue;
      }
      const there = await location.head(key, { signal });
      await services.sealLog.removed(key, id);
      for (const object of [...beside, sidecarKey(key), indexKey(key)]) await location.delete(object, { signal });
      await location.delete(key, { signal });
      if (there !== undefined) removed += 1;
    } catch (error) {
      whole.throwIfAborted();
      services.log.warn(`Leftovers at ${id} can't be removed yet: ${String(error)}`);
      unsettled.push(id);
    }
  }
  await pending.settle(unsettled);
  return removed;
}

/** The run died before it noted the seal: without the note nobody would miss it. Only a seal of this instance's own that its key proves. */
async function adopt(services: BackupServices, location: string, key: string, signal: AbortSignal): Promise<void> {
  try {
    const sidecar = await readSidecar(services, location, key, signal);
    const { id, seal, instance } = sidecar;
    if (seal === undefined || instance.id !== services.instance.id) return;
    const { state } = await checkSeal(sidecar, services.keys);
    if (state !== 'sealed' && services.keys.current() !== undefined) return;
    const { sequence } = seal;
    await services.sealLog.record({ key, id, sequence, digest: sealDigest(sidecar), locations: [location] });
  } catch (error) {
    signal.throwIfAborted();
    services.log.warn(`The seal of ${key} at ${location} can't be noted: ${String(error)}`);
  }
}
