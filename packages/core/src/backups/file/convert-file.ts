import { editMetadata } from '../../archive/edit-metadata.js';
import { rewriteBackup } from '../../archive/rewrite-backup.js';
import { createEncryption } from '../../archive/securetar/encryption.js';
import type { BodyPiece } from '../../provider-api/index.js';
import { fingerprintOf } from '../../keys/fingerprint.js';
import { openWithProgress, type ReadOptions } from '../open-backup.js';
import { openBackupFile } from '../open-backup-file.js';
import { fingerprintProperty } from '../wanted-key.js';
import { type WrittenFile, writeOutputBackup } from './output-file.js';
import type { FoundBackupFile } from './require-backup-file.js';

export interface ConvertFileOptions extends Omit<ReadOptions, 'location'> {
  /** Replaces a file that is there. Default false: `file-exists`. */
  readonly overwrite?: boolean;
}

export interface EncryptFileOptions extends ConvertFileOptions {
  /** The key of the result, exactly as it is. */
  readonly newPassword: string;
  /** SecureTar version 2, which every Home Assistant since 2025 reads, or 3 (2026.3 and newer). Default `v2`. */
  readonly encryption?: 'v2' | 'v3';
}

export async function decryptFile(
  found: FoundBackupFile,
  toFile: string,
  options: ConvertFileOptions,
  signal: AbortSignal,
): Promise<WrittenFile> {
  return convert(found, toFile, options, signal, (source, passwords) => rewriteBackup(source, { passwords, encryption: undefined }));
}

export async function encryptFile(
  found: FoundBackupFile,
  toFile: string,
  options: EncryptFileOptions,
  signal: AbortSignal,
): Promise<WrittenFile> {
  const encryption = await createEncryption(options.encryption === 'v3' ? 'securetar-3' : 'securetar-2', options.newPassword);
  const fingerprint = await fingerprintOf(options.newPassword);
  return convert(found, toFile, options, signal, (source, passwords) =>
    rewriteBackup(source, {
      passwords,
      encryption,
      // Where the backup names the key that opens it, that is another one from now on.
      editMetadata: (text) => editMetadata(text, ['extra', fingerprintProperty], fingerprint, { ifThere: true }),
    }),
  );
}

type Rewrite = (source: AsyncIterable<Uint8Array>, passwords: readonly string[]) => AsyncIterable<BodyPiece>;

async function convert(
  found: FoundBackupFile,
  toFile: string,
  options: ConvertFileOptions,
  signal: AbortSignal,
  rewrite: Rewrite,
): Promise<WrittenFile> {
  // It is another backup than the one that was sealed: no sidecar of an old file may be left beside it.
  const [written] = await writeOutputBackup(toFile, options.overwrite === true, {
    async *backup() {
      const backup = await openBackupFile(found.path, options);
      const bytes = await openWithProgress(backup, 'converting', options, signal, () => 0);
      yield* rewrite(bytes, backup.passwords);
      // Also what ends with the last chunk is not put in place if it was cancelled by then.
      signal.throwIfAborted();
    },
  });
  if (written === undefined) throw new TypeError('nothing was written');
  return written;
}
