import { sidecarKey } from './backup-name.js';
import { findBackup } from './catalogue.js';
import { backupError } from './errors.js';
import type { BackupServices } from './services.js';

/** Keeps a backup whatever retention says, at all its locations. @throws `unknown-backup`, also if it went just before */
export async function pinBackup(services: BackupServices, id: string, signal: AbortSignal): Promise<{ readonly id: string }> {
  const { summary } = await findBackup(services, id, signal);
  await services.pins.add(summary.id);
  // Retention may have been faster; from here on it leaves the backup alone.
  for (const copy of summary.locations) {
    const location = await services.locations.open(copy.id);
    const key = summary.origin === 'holdfast' ? sidecarKey(copy.key) : copy.key;
    if ((await location.head(key, { signal })) !== undefined) return { id: summary.id };
  }
  await services.pins.remove(summary.id);
  throw backupError('unknown-backup', { id });
}

/** Leaves a backup to retention again, also one that can't be reached now. @throws `unknown-backup`, `ambiguous-backup` */
export async function unpinBackup(services: BackupServices, id: string, signal: AbortSignal): Promise<{ readonly id: string }> {
  const pinned = [...(await services.pins.ids())].filter((other) => other.startsWith(id));
  const [only, ...others] = pinned;
  if (others.length > 0) throw backupError('ambiguous-backup', { id, candidates: pinned.join(', ') });
  const found = only ?? (await findBackup(services, id, signal)).summary.id;
  await services.pins.remove(found);
  return { id: found };
}
