import { resolve } from 'node:path';
import { type ConvertFileOptions, createBackupFiles, type WrittenFile } from '@holdfast/core';
import type { KeyOptions } from '../keys/given-key.js';
import { newKey } from '../keys/new-key.js';
import { withKey } from '../keys/with-key.js';
import { formatName } from '../output/format-names.js';
import { formatBytes } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { confirmReplacing } from '../prompts/confirm-replacing.js';
import type { CommandContext } from '../run/context.js';

export interface FileDecryptOptions extends KeyOptions {
  readonly to: string;
  readonly overwrite?: boolean;
}

export interface FileEncryptOptions extends FileDecryptOptions {
  readonly format: 'v2' | 'v3';
  readonly newKeyFile?: string;
}

type Convert = (options: ConvertFileOptions) => Promise<WrittenFile>;

/** Writes the plain backup that is in an encrypted one. */
export async function decryptFile(context: CommandContext, file: string, options: FileDecryptOptions): Promise<undefined> {
  const to = resolve(options.to);
  const { path, size } = await convert(context, to, options, (given) => createBackupFiles().decrypt(file, to, given));
  const { terminal } = context;
  terminal.report(
    { path, size, format: 'plain' },
    () => `${terminal.colors.green('Decrypted')} to ${safeText(path)} (${formatBytes(size)}).`,
  );
  terminal.note('It is in the clear: who gets the file can read it.');
}

/** Writes a backup that is encrypted, or encrypted anew. */
export async function encryptFile(context: CommandContext, file: string, options: FileEncryptOptions): Promise<undefined> {
  const to = resolve(options.to);
  const newPassword = await newKey(context, options.newKeyFile);
  const { path, size } = await convert(context, to, options, (given) =>
    createBackupFiles().encrypt(file, to, { ...given, newPassword, encryption: options.format }),
  );
  const { terminal } = context;
  const format = `securetar-${options.format === 'v3' ? 3 : 2}`;
  terminal.report(
    { path, size, format },
    () => `${terminal.colors.green('Encrypted')} to ${safeText(path)} (${formatBytes(size)}, ${formatName(format)}).`,
  );
}

async function convert(context: CommandContext, to: string, options: FileDecryptOptions, work: Convert): Promise<WrittenFile> {
  const overwrite = options.overwrite === true || (await confirmReplacing(context, to));
  context.whenCancelled('');
  return withKey(context, options, (passwords) =>
    context.withProgress((report) => work({ passwords, overwrite, ...report, signal: context.signal })),
  );
}
