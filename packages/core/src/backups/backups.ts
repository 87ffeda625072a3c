import { cancellable } from './cancellation.js';
import { type BackupPage, findBackup, type ListBackupsOptions, listBackups } from './catalogue.js';
import { type CreateBackupOptions, type CreateBackupResult, createBackup } from './create-backup.js';
import { deleteBackup } from './delete-backup.js';
import { describeBackup } from './describe-backup.js';
import { downloadBackup } from './download-backup.js';
import { type BackupRef, openBackupFile, openStoredBackup, type ReadableBackup, type ReadOptions } from './open-backup.js';
import { type ContentsOptions, type RestoreOptions, readContents, restore } from './restore/restore.js';
import type { ContentEntry, RestoreResult } from './restore/restore-backup.js';
import type { BackupServices } from './services.js';
import type { BackupDetails } from './summary.js';
import { type VerifyResult, verifyBackup } from './verify-backup.js';

/** Reading backups, which for a file on this machine needs no host. */
export interface BackupReader {
  /** Reads all of it and proves it whole; rejects with what is wrong. */
  verify(backup: BackupRef, options?: ReadOptions): Promise<VerifyResult>;
  restore(options: RestoreOptions): Promise<RestoreResult>;
  /** The entries of a backup, in its order. Reads the backup through. */
  contents(backup: BackupRef, options?: ContentsOptions): AsyncGenerator<ContentEntry, void, undefined>;
}

/**
 * What can be done with a host's backups. An `id` may be the start of an id, as far as it is unique. Every call takes a
 * signal; one that the signal ends rejects with `cancelled`.
 */
export interface Backups extends BackupReader {
  create(options: CreateBackupOptions): Promise<CreateBackupResult>;
  list(options?: ListBackupsOptions): Promise<BackupPage>;
  show(id: string, options?: { readonly signal?: AbortSignal }): Promise<BackupDetails>;
  download(
    id: string,
    toFile: string,
    options?: ReadOptions & { readonly overwrite?: boolean },
  ): Promise<{ readonly path: string; readonly size: number }>;
  /** At the chosen locations; default all. */
  delete(
    id: string,
    options?: { readonly locations?: readonly string[]; readonly signal?: AbortSignal },
  ): Promise<{ readonly deletedFrom: readonly string[] }>;
}

/** Reads backup files that lie on this machine, with keys that are typed: restoring needs neither a data directory nor a provider. */
export function createFileReader(): BackupReader {
  return createReader((backup, options) => {
    if ('file' in backup) return openBackupFile(backup.file, options, undefined);
    throw new TypeError('a backup of a location needs a host');
  });
}

export function createBackups(services: BackupServices): Backups {
  const open = (backup: BackupRef, options: ReadOptions, signal: AbortSignal) =>
    'file' in backup ? openBackupFile(backup.file, options, services.keys) : openStoredBackup(services, backup.id, options, signal);
  return {
    ...createReader(open),
    create: (options) => cancellable(options.signal, (signal) => createBackup(services, options, signal)),
    list: (options = {}) => cancellable(options.signal, (signal) => listBackups(services, options, signal)),
    show: (id, options = {}) =>
      cancellable(options.signal, async (signal) => describeBackup(await findBackup(services, id, signal), services.keys)),
    download: (id, toFile, options = {}) =>
      cancellable(options.signal, async (signal) => downloadBackup(await open({ id }, options, signal), toFile, options, signal)),
    delete: (id, options = {}) => cancellable(options.signal, (signal) => deleteBackup(services, id, options.locations, signal)),
  };
}

function createReader(open: (backup: BackupRef, options: ReadOptions, signal: AbortSignal) => Promise<ReadableBackup>): BackupReader {
  return {
    verify: (backup, options = {}) =>
      cancellable(options.signal, async (signal) => verifyBackup(await open(backup, options, signal), options, signal)),
    restore: (options) =>
      cancellable(options.signal, async (signal) => restore(await open(options.backup, options, signal), options, signal)),
    async *contents(backup, options = {}) {
      const signal = options.signal ?? new AbortController().signal;
      yield* readContents(await open(backup, options, signal), options, signal);
    },
  };
}
