import type { VerifyResult } from '@holdfast/core';
import { commandError } from '../errors.js';
import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import { type ErrorReport, renderError, reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { allCopies, copiesOf, type CopyToVerify } from './copies-to-verify.js';
import { needsLook, verifiedLines } from './verify-report.js';

export interface BackupVerifyOptions extends KeyOptions {
  readonly all?: boolean;
  readonly from?: string;
}

type Verified = VerifyResult | { readonly id: string; readonly ok: false; readonly location: string; readonly error: ErrorReport };

/**
 * Proves backups whole by reading all of them: each copy of the one that was named, or of every backup. One that
 * fails keeps no other from being read.
 */
export async function verifyBackups(
  context: CommandContext,
  idOrFile: string | undefined,
  options: BackupVerifyOptions,
): Promise<ExitCode> {
  if ((idOrFile === undefined) !== (options.all === true)) {
    throw commandError('bad-usage', { what: 'name one backup, or use --all', help: 'holdfast backup verify --help' });
  }
  context.whenCancelled('');
  const { terminal } = context;
  const { copies, someAway } =
    idOrFile === undefined ? await allCopies(context, options.from) : await copiesOf(context, idOrFile, options.from);
  const verified: Verified[] = [];
  for (const copy of copies) {
    const result = await verifyCopy(context, copy, options);
    verified.push(result);
    if (terminal.settings.json) continue;
    if (result.ok)
      terminal.report(undefined, () =>
        verifiedLines(copy.name, copy.location === undefined ? undefined : copy.place, result, terminal.colors).join('\n'),
      );
    else {
      const place = copy.location === undefined ? '' : ` at ${safeText(copy.place)}`;
      terminal.warn(`${safeText(copy.name)}${place}\n${renderError(result.error, terminal.noteColors)}`);
    }
  }
  const failure = verified.find((result) => !result.ok);
  if (terminal.settings.json) terminal.answer({ verified, ...(failure === undefined ? {} : { error: failure.error }) }, () => '');
  else if (copies.length === 0) terminal.report(undefined, () => 'There are no backups to verify.');
  if (failure !== undefined) return exitCodes.failure;
  return someAway || verified.some((result) => result.ok && needsLook(result)) ? exitCodes.warnings : exitCodes.success;
}

async function verifyCopy(
  context: CommandContext,
  { reader, ref, place, location, failure }: CopyToVerify,
  options: BackupVerifyOptions,
): Promise<Verified> {
  const { signal } = context;
  const failed = (error: ErrorReport): Verified => ({ id: 'id' in ref ? ref.id : ref.file, ok: false, location: place, error });
  if (failure !== undefined) return failed(failure);
  try {
    return await withKey(context, options, (passwords) =>
      context.withProgress((report) =>
        reader.verify(ref, { passwords, ...(location === undefined ? {} : { location }), ...report, signal }),
      ),
    );
  } catch (error) {
    if (signal.aborted) throw error;
    return failed(reportOf(error));
  }
}
