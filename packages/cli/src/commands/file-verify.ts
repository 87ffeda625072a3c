import { createBackupFiles } from '@holdfast/core';
import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { needsLook, verifiedLines } from './verify-report.js';

/** Reads all of a backup file. What is wrong with it is the error that the command ends with. */
export async function verifyFile(context: CommandContext, file: string, options: KeyOptions): Promise<ExitCode> {
  const { terminal, signal } = context;
  context.whenCancelled('');
  const verified = await withKey(context, options, (passwords) =>
    context.withProgress((report) => createBackupFiles().verify(file, { passwords, ...report, signal })),
  );
  terminal.report({ verified }, () => verifiedLines(file, undefined, verified, terminal.colors).join('\n'));
  return needsLook(verified) ? exitCodes.warnings : exitCodes.success;
}
