import { join } from 'node:path';
import { openIndex } from '../../archive/index/index-reader.js';
import type { ReadRange } from '../../archive/scan-backup.js';
import { backupError } from '../errors.js';
import type { ReadableBackup } from '../open-backup.js';
import { checkedRange } from '../seal/checked-range.js';
import { leavesOf } from '../seal/leaves.js';
import type { BackupServices } from '../services.js';
import { type BackupIndex, indexedSources } from './backup-index.js';
import type { KeptIndex } from './index-file.js';

/** Where indexes are kept of backups that have none; without it they are made anew each time. */
export type IndexKeeper = Pick<BackupServices, 'dataDir' | 'keys' | 'log'>;

/** A backup's files by an index that was made on this machine; what is read by it is checked against the leaves that were taken then. */
export async function keptIndex(
  backup: ReadableBackup,
  { read, written, key, leaves }: Pick<KeptIndex, 'read' | 'written' | 'key' | 'leaves'>,
  held: AsyncDisposable,
  passwordFor: (member: string) => string | undefined,
  signal: AbortSignal,
): Promise<BackupIndex> {
  const index = await openIndex(read, written, key);
  // The backup may have been replaced since it was read through.
  const changed = () => backupError('backup-differs', { id: backup.id, what: 'it was changed since it was read through' });
  const fromBackup: ReadRange = (offset, length) => backup.read(offset, length, signal);
  return {
    id: backup.id,
    sources: indexedSources(index, checkedRange(fromBackup, leavesOf(leaves, backup.size), changed), passwordFor),
    [Symbol.asyncDispose]: async () => held[Symbol.asyncDispose](),
  };
}

export function folderOf({ dataDir }: IndexKeeper): string {
  return join(dataDir, 'indexes');
}
