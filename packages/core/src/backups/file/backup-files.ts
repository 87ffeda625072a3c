import { createFileReader } from '../backups.js';
import { cancellable } from '../cancellation.js';
import type { ReadOptions } from '../open-backup.js';
import type { ContentsOptions, RestoreOptions } from '../restore/restore-options.js';
import type { ContentEntry, RestoreResult } from '../restore/restore-result.js';
import type { VerifyResult } from '../verify-backup.js';
import { catFile } from './cat-file.js';
import { type ConvertFileOptions, decryptFile, type EncryptFileOptions, encryptFile } from './convert-file.js';
import { type BackupFileInfo, describeFile } from './describe-file.js';
import type { WrittenFile } from './output-file.js';
import { requireBackupFile } from './require-backup-file.js';

type FileOptions<Options extends ReadOptions> = Omit<Options, 'location'>;

/**
 * What can be done with a backup file and a key, without a host: any backup in Home Assistant's format, whoever made it. Every call first sees
 * that the file is one, and rejects with `not-a-backup` and what it is instead, or `backup-file-unreadable`.
 */
export interface BackupFiles {
  /** Needs no key; with some, tells whether they fit. */
  info(file: string, options?: { readonly passwords?: readonly string[]; readonly signal?: AbortSignal }): Promise<BackupFileInfo>;
  /** The entries, in their order. Reads the file through. */
  list(file: string, options?: FileOptions<ContentsOptions>): AsyncGenerator<ContentEntry, void, undefined>;
  /** The content of one file in it: `source:path`, or `path` in the first source that has it. */
  cat(file: string, path: string, options?: FileOptions<ReadOptions>): AsyncGenerator<Uint8Array, void, undefined>;
  extract(file: string, options: Omit<RestoreOptions, 'backup' | 'location'>): Promise<RestoreResult>;
  /** Reads all of it and proves it whole, as far as it can be without more than the file. */
  verify(file: string, options?: FileOptions<ReadOptions>): Promise<VerifyResult>;
  /** Writes a plain backup: the same inner archives, decrypted. */
  decrypt(file: string, toFile: string, options?: ConvertFileOptions): Promise<WrittenFile>;
  /** Writes a backup that is encrypted with another key or in another version. */
  encrypt(file: string, toFile: string, options: EncryptFileOptions): Promise<WrittenFile>;
}

export function createBackupFiles(): BackupFiles {
  const reader = createFileReader();
  return {
    info: (file, options = {}) =>
      cancellable(options.signal, async () => describeFile(await requireBackupFile(file), options.passwords ?? [])),
    async *list(file, options = {}) {
      await requireBackupFile(file);
      yield* reader.contents({ file }, options);
    },
    async *cat(file, path, options = {}) {
      const signal = options.signal ?? new AbortController().signal;
      yield* catFile(await requireBackupFile(file), path, options, signal);
    },
    async extract(file, options) {
      await requireBackupFile(file);
      return reader.restore({ ...options, backup: { file } });
    },
    async verify(file, options = {}) {
      await requireBackupFile(file);
      return reader.verify({ file }, options);
    },
    decrypt: (file, toFile, options = {}) =>
      cancellable(options.signal, async (signal) => decryptFile(await requireBackupFile(file), toFile, options, signal)),
    encrypt: (file, toFile, options) =>
      cancellable(options.signal, async (signal) => encryptFile(await requireBackupFile(file), toFile, options, signal)),
  };
}
