import { openIndex } from '../../archive/index/index-reader.js';
import { indexUnreadable } from '../../archive/index/page-cipher.js';
import type { ReadRange } from '../../archive/scan-backup.js';
import { isHoldfastError } from '../../base/errors.js';
import { isProviderError } from '../../provider-api/index.js';
import { matchesFingerprint } from '../../keys/fingerprint.js';
import { indexCipherKey } from '../../keys/seal-key.js';
import type { ReadableBackup, ReadOptions } from '../open-backup.js';
import { type BackupIndex, indexedSources } from './backup-index.js';
import { indexFileName, openIndexFile } from './index-file.js';
import { folderOf, type IndexKeeper, keptIndex } from './kept-index.js';

/**
 * The index that a backup has at its location, if a known key opens it; `undefined` without one. What is read by it is checked against the
 * backup's seal. Error: `index-unreadable`.
 */
export async function openStoredIndex(backup: ReadableBackup, signal: AbortSignal): Promise<BackupIndex | undefined> {
  const { sidecar, sealRoot } = backup;
  if (sidecar?.index === undefined) return undefined;
  const plain = sidecar.encryption.format === 'plain';
  if (!plain && sealRoot === undefined) return undefined;
  const key = plain || sealRoot === undefined ? undefined : indexCipherKey(sealRoot, Buffer.from(sidecar.index.salt, 'base64'));
  const read: ReadRange = async (offset, length) => {
    try {
      return await backup.readIndex(offset, length, signal);
    } catch (error) {
      const missing = (isProviderError(error) && error.code === 'not-found') || isHoldfastError(error, 'backup-file-unreadable');
      throw missing ? indexUnreadable('it is not there', error) : error;
    }
  };
  const index = await openIndex(read, sidecar.index, key);
  const password = await fittingPassword(backup);
  return {
    id: backup.id,
    sources: indexedSources(
      index,
      (offset, length) => backup.read(offset, length, signal),
      () => password,
    ),
    async [Symbol.asyncDispose]() {},
  };
}

/** All archives of a backup that Holdfast makes have one key: that with which it is sealed. */
async function fittingPassword({ passwords, keyFingerprint }: ReadableBackup): Promise<string | undefined> {
  if (passwords.length <= 1 || keyFingerprint === undefined) return passwords[0];
  for (const password of passwords) if (await matchesFingerprint(password, keyFingerprint)) return password;
  return passwords[0];
}

/** As {@link openReadyIndex}, where there is another way to read the backup: an index that can't be read is told in the log, and none. */
export async function openUsableIndex(
  backup: ReadableBackup,
  keeper: IndexKeeper | undefined,
  signal: AbortSignal,
): Promise<BackupIndex | undefined> {
  try {
    return await openReadyIndex(backup, keeper, signal);
  } catch (error) {
    if (!isHoldfastError(error, 'index-unreadable')) throw error;
    keeper?.log.warn(`${backup.id} at ${backup.from}: ${error.message}`);
    return undefined;
  }
}

/** As {@link openStoredIndex}, or else one that was kept on this machine. */
async function openReadyIndex(
  backup: ReadableBackup,
  keeper: IndexKeeper | undefined,
  signal: AbortSignal,
): Promise<BackupIndex | undefined> {
  const stored = await openStoredIndex(backup, signal);
  if (stored !== undefined || keeper === undefined) return stored;
  return openKept(backup, keeper, await nameOf(backup, signal), signal);
}

/** As {@link openReadyIndex}, or else one that is made by reading the backup through, and kept for the next time. */
export async function openBackupIndex(
  backup: ReadableBackup,
  keeper: IndexKeeper | undefined,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<BackupIndex> {
  const stored = await openStoredIndex(backup, signal).catch((error: unknown) => {
    // Who copies a file and its sidecar may leave the index behind.
    if (isHoldfastError(error, 'index-unreadable') && isHoldfastError(error.cause, 'backup-file-unreadable')) return undefined;
    throw error;
  });
  if (stored !== undefined) return stored;
  const name = keeper === undefined ? undefined : await nameOf(backup, signal);
  const kept = keeper === undefined || name === undefined ? undefined : await openKept(backup, keeper, name, signal);
  if (kept !== undefined) return kept;
  const { makeIndex } = await import('./make-index.js');
  return makeIndex(backup, keeper, name, options, signal);
}

/** `undefined` also if what was kept can't be read any more: it is made again then. */
async function openKept(backup: ReadableBackup, keeper: IndexKeeper, name: string, signal: AbortSignal): Promise<BackupIndex | undefined> {
  const kept = await openIndexFile(folderOf(keeper), name, backup.passwords, keeper.keys);
  if (kept === undefined) return undefined;
  try {
    return await keptIndex(backup, kept, kept, () => kept.password, signal);
  } catch (error) {
    await kept[Symbol.asyncDispose]();
    if (isHoldfastError(error, 'index-unreadable') || isHoldfastError(error, 'wrong-key')) return undefined;
    throw error;
  }
}

function nameOf(backup: ReadableBackup, signal: AbortSignal): Promise<string> {
  return indexFileName((offset, length) => backup.read(offset, length, signal), backup.size, backup.from);
}
