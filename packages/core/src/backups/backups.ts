import { cancellable, cancellableEach } from './cancellation.js';
import { type BackupPage, findBackup, type ListBackupsOptions, listBackups } from './catalogue.js';
import type { SendCopyOptions, SentCopy } from './copies/sent-copy.js';
import type { CreateBackupOptions, CreateBackupResult } from './create-backup.js';
import { deleteBackup } from './delete-backup.js';
import { describeBackup } from './describe-backup.js';
import { type DownloadedBackup, downloadBackup } from './download-backup.js';
import { pinBackup, unpinBackup } from './pin-backup.js';
import { type BackupRef, openStoredBackup, type ReadableBackup, type ReadOptions } from './open-backup.js';
import { openBackupFile } from './open-backup-file.js';
import type { DiffOptions, DiffTarget } from './browse/diff-backup.js';
import type { Difference } from './browse/compare-entries.js';
import type { ListFilesOptions } from './browse/list-files.js';
import type { RekeyedBackup, RekeyOptions } from './rekey.js';
import type { ContentsOptions, RestoreOptions } from './restore/restore-options.js';
import type { ContentEntry, RestoreResult } from './restore/restore-result.js';
import type { BackupServices } from './services.js';
import type { BackupDetails } from './summary.js';
import type { VerifyResult } from './verify-backup.js';

/** Reading backups, which for a file on this machine needs no host. */
export interface BackupReader {
  /** Reads all of it and proves it whole; rejects with what is wrong. */
  verify(backup: BackupRef, options?: ReadOptions): Promise<VerifyResult>;
  restore(options: RestoreOptions): Promise<RestoreResult>;
  /** The entries of a backup, in its order: from its index, or else by reading the backup through. */
  contents(backup: BackupRef, options?: ContentsOptions): AsyncGenerator<ContentEntry, void, undefined>;
  /**
   * What is in a folder of a backup, from its index. One that has none is read through once, and its index kept on this machine.
   * Rejects with `path-not-in-backup`.
   */
  ls(backup: BackupRef, options?: ListFilesOptions): AsyncGenerator<ContentEntry, void, undefined>;
  /**
   * A file's content: `dir/file`, if no other source has it, or `source:dir/file`. Checked at its end: what came is right only if no error
   * follows. Rejects with `path-not-in-backup`, `path-ambiguous`, `path-not-a-file`.
   */
  cat(backup: BackupRef, path: string, options?: ReadOptions): AsyncGenerator<Uint8Array, void, undefined>;
  /** What became of a backup in another, or in a folder on this machine. `location` is that of the first; the other may lie anywhere. */
  diff(before: BackupRef, after: DiffTarget, options?: DiffOptions): AsyncGenerator<Difference, void, undefined>;
}

/**
 * What can be done with a host's backups. An `id` may be the start of an id, as far as it is unique. Every call takes a
 * signal; one that the signal ends rejects with `cancelled`.
 */
export interface Backups extends BackupReader {
  create(options: CreateBackupOptions): Promise<CreateBackupResult>;
  list(options?: ListBackupsOptions): Promise<BackupPage>;
  show(id: string, options?: { readonly signal?: AbortSignal }): Promise<BackupDetails>;
  /** The file as it is, and beside it what proves it. Errors: `file-exists`, also for what is beside; `file-not-writable`; those of reading. */
  download(id: string, toFile: string, options?: ReadOptions & { readonly overwrite?: boolean }): Promise<DownloadedBackup>;
  /** Copies a backup as it is from where it lies to another location, without reading its sources. One that is there and whole is left as it is. */
  send(options: SendCopyOptions & { readonly signal?: AbortSignal }): Promise<SentCopy>;
  /**
   * Encrypts a backup anew, with the current key, at each location that has it: under another id, since it is another object. The old one is deleted where the
   * new one was proven whole, and stays elsewhere; the same call goes on with what is left. Errors: `rekey-not-possible`, those of reading.
   */
  rekey(id: string, options?: RekeyOptions): Promise<RekeyedBackup>;
  /** Keeps it whatever retention says, at all its locations. @throws `unknown-backup` */
  pin(id: string, options?: { readonly signal?: AbortSignal }): Promise<{ readonly id: string }>;
  /** Leaves it to retention again. */
  unpin(id: string, options?: { readonly signal?: AbortSignal }): Promise<{ readonly id: string }>;
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
    ...createReader(open, services),
    create: (options) =>
      cancellable(options.signal, async (signal) => {
        const { createBackup } = await import('./create-backup.js');
        return createBackup(services, options, signal);
      }),
    list: (options = {}) => cancellable(options.signal, (signal) => listBackups(services, options, signal)),
    show: (id, options = {}) =>
      cancellable(options.signal, async (signal) => describeBackup(await findBackup(services, id, signal), services.keys)),
    download: (id, toFile, options = {}) =>
      cancellable(options.signal, async (signal) => downloadBackup(await open({ id }, options, signal), toFile, options, signal)),
    send: (options) =>
      cancellable(options.signal, async (signal) => {
        const { sendCopy } = await import('./copies/send-copy.js');
        return sendCopy(services, options, signal);
      }),
    rekey: (id, options = {}) =>
      cancellable(options.signal, async (signal) => {
        const { rekeyBackup } = await import('./rekey.js');
        return rekeyBackup(services, id, options, signal);
      }),
    pin: (id, options = {}) => cancellable(options.signal, (signal) => pinBackup(services, id, signal)),
    unpin: (id, options = {}) => cancellable(options.signal, (signal) => unpinBackup(services, id, signal)),
    delete: (id, options = {}) => cancellable(options.signal, (signal) => deleteBackup(services, id, options.locations, signal)),
  };
}

type Open = (backup: BackupRef, options: ReadOptions, signal: AbortSignal) => Promise<ReadableBackup>;

/** What browses and restores is loaded when it is used. */
function createReader(open: Open, keeper?: BackupServices): BackupReader {
  const openIndexed = async (backup: BackupRef, options: ReadOptions, signal: AbortSignal) => {
    const { openBackupIndex } = await import('./browse/open-backup-index.js');
    return openBackupIndex(await open(backup, options, signal), keeper, options, signal);
  };
  return {
    verify: (backup, options = {}) =>
      cancellable(options.signal, async (signal) => {
        const { verifyAndNote } = await import('./verification/verify-and-note.js');
        return verifyAndNote(keeper, await open(backup, options, signal), options, signal);
      }),
    restore: (options) =>
      cancellable(options.signal, async (signal) => {
        const { restore } = await import('./restore/restore.js');
        const { replaceServices } = await import('./restore/replace/replace-services.js');
        return restore(await open(options.backup, options, signal), keeper, options, signal, replaceServices(keeper));
      }),
    contents: (backup, options = {}) =>
      cancellableEach(options.signal, async function* (signal) {
        const { readContents } = await import('./restore/restore.js');
        yield* readContents(await open(backup, options, signal), keeper, options, signal);
      }),
    ls: (backup, options = {}) =>
      cancellableEach(options.signal, async function* (signal) {
        const { listFiles } = await import('./browse/list-files.js');
        await using index = await openIndexed(backup, options, signal);
        yield* listFiles(index, options);
      }),
    cat: (backup, path, options = {}) =>
      cancellableEach(options.signal, async function* (signal) {
        const { readBackupFile } = await import('./browse/read-file.js');
        await using index = await openIndexed(backup, options, signal);
        yield* readBackupFile(index, path);
      }),
    diff: (before, after, options = {}) =>
      cancellableEach(options.signal, async function* (signal) {
        const { diffBackups, diffFolder } = await import('./browse/diff-backup.js');
        await using one = await openIndexed(before, options, signal);
        if ('folder' in after) {
          yield* diffFolder(one, after.folder, options, signal);
          return;
        }
        const { location: _, ...anywhere } = options;
        await using other = await openIndexed(after, anywhere, signal);
        yield* diffBackups(one, other, options);
      }),
  };
}
