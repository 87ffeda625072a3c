import { isHoldfastError } from '../../base/errors.js';
import type { LocationRecord } from '../../config/location-record.js';
import { isProviderError } from '../../provider-api/index.js';
import { sidecarKey } from '../backup-name.js';
import { deleteCopy } from '../delete-copy.js';
import type { BackupServices } from '../services.js';
import type { RetentionLogEntry } from './retention-log.js';

/** Deletes a copy that no rule keeps, and notes why. @returns whether it did: one that was pinned meanwhile stays */
export async function deleteRetained(
  services: BackupServices,
  { id: location, title }: LocationRecord,
  { id, name, date, key, size, job, leftOutBy }: Omit<RetentionLogEntry, 'at' | 'location' | 'error'>,
  signal: AbortSignal,
): Promise<boolean> {
  const at = services.clock.now().toISOString();
  const entry = { at, location: { id: location, title }, id, name, date, key, size, ...(job !== undefined && { job }), leftOutBy };
  return services.pins.unlessPinned(id, async () => {
    signal.throwIfAborted();
    await services.retentionLog.add(entry);
    try {
      await deleteCopy(services, location, key, signal);
      await services.verifiedLog.removed(key, location);
      await services.issues.resolve('verification-failed', location, id);
    } catch (error) {
      await takeBack(services, location, key, signal);
      await services.retentionLog.add({ ...entry, error: codeOf(error) });
      throw error;
    }
  });
}

/** Where nothing was deleted yet, what was begun is taken back: the next run decides anew, maybe by other rules. */
async function takeBack(services: BackupServices, location: string, key: string, signal: AbortSignal): Promise<void> {
  try {
    const store = await services.locations.open(location);
    if ((await store.head(sidecarKey(key), { signal })) === undefined) return;
    for (const { entry, settle } of await services.journal.pending()) {
      if (entry.operation === 'delete' && entry.key === key && entry.locations.includes(location)) await settle([]);
    }
  } catch (error) {
    services.log.warn(`The deletion of ${key} is left to the next run: ${String(error)}`);
  }
}

function codeOf(error: unknown): string {
  return isHoldfastError(error) || isProviderError(error) ? error.code : 'internal';
}
