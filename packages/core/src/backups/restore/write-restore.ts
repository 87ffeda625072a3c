import { isHoldfastError } from '../../base/errors.js';
import type { BackupIndex } from '../browse/backup-index.js';
import { openWithProgress, type ReadableBackup } from '../open-backup.js';
import { restoreBackup } from './restore-backup.js';
import type { RestoreResult } from './restore-result.js';
import { restoreFromIndex } from './restore-from-index.js';
import type { FolderFor } from './restore-places.js';
import type { RestoreOptions } from './restore-options.js';
import type { Selection } from './selection.js';

export interface WriteRestore extends Pick<RestoreOptions, 'sources' | 'paths' | 'owners' | 'onProgress'> {
  readonly selection: Selection;
  readonly folderFor: FolderFor;
  readonly overwrite: boolean;
}

/** Writes what is chosen of a backup: by its index where only a part is, else by reading it through. */
export async function writeRestore(
  backup: ReadableBackup,
  index: BackupIndex | undefined,
  { selection, folderFor, overwrite, ...options }: WriteRestore,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const place = { folderFor, selection, overwrite, owners: options.owners ?? process.getuid?.() === 0 };
  let files = 0;
  let bytes = 0;
  const report = (current: string | undefined) => {
    signal.throwIfAborted();
    options.onProgress?.({ phase: 'restoring', bytes, totalBytes: undefined, files, current });
  };
  const fromIndex = (from: BackupIndex, chosen: Selection) =>
    restoreFromIndex(from, {
      ...place,
      selection: chosen,
      onEntry(path) {
        files += 1;
        report(path);
      },
      onBytes(count) {
        bytes += count;
        report(undefined);
      },
    });
  if (index !== undefined && isPart(options)) return fromIndex(index, selection);
  const reached = new Set<string>();
  try {
    return await restoreBackup({
      ...place,
      open: () => openWithProgress(backup, 'restoring', { ...options, reuse: true }, signal, () => files),
      passwords: backup.passwords,
      keyFingerprint: backup.keyFingerprint,
      archives: index?.sources.map(({ archive }) => archive),
      onEntries: (count) => {
        files += count;
      },
      onSource: (name) => reached.add(name),
    });
  } catch (error) {
    // Changed bytes are never passed on, so reading ends there. What lies behind them can still be reached by the index.
    if (index === undefined || !isHoldfastError(error, 'bytes-changed')) throw error;
    const unreached = (name: string) => selection.includesSource(name) && !reached.has(name);
    await fromIndex(index, { ...selection, includesSource: unreached }).catch(() => {
      signal.throwIfAborted();
    });
    throw error;
  }
}

export function isPart({ paths = [], sources = [] }: Pick<RestoreOptions, 'paths' | 'sources'>): boolean {
  return paths.length + sources.length > 0;
}
