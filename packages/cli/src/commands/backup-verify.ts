import type { BackupReader, BackupRef, BackupSummary, VerifyResult } from '@holdfast/core';
import { commandError } from '../errors.js';
import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import { type ErrorReport, renderError, reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { chooseBackup } from './backup-reader.js';
import { verifiedLines } from './verify-report.js';

export interface BackupVerifyOptions extends KeyOptions {
  readonly all?: boolean;
  readonly from?: string;
}

/** One copy to prove whole. */
interface Copy {
  readonly reader: BackupReader;
  readonly ref: BackupRef;
  readonly name: string;
  /** Where it lies, in words. */
  readonly place: string;
  /** Id of its location; `undefined` for a file. */
  readonly location: string | undefined;
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
  const copies = idOrFile === undefined ? await allCopies(context, options.from) : await copiesOf(context, idOrFile, options.from);
  const verified: Verified[] = [];
  for (const copy of copies) {
    const result = await verifyCopy(context, copy, options);
    verified.push(result);
    if (terminal.settings.json) continue;
    if (result.ok)
      terminal.report(undefined, () =>
        verifiedLines(copy.name, copy.location === undefined ? undefined : copy.place, result, terminal.colors).join('\n'),
      );
    else terminal.warn(`${safeText(copy.name)} at ${safeText(copy.place)}\n${renderError(result.error, terminal.noteColors)}`);
  }
  const failure = verified.find((result) => !result.ok);
  if (terminal.settings.json) terminal.answer({ verified, ...(failure === undefined ? {} : { error: failure.error }) }, () => '');
  else if (copies.length === 0) terminal.report(undefined, () => 'There are no backups to verify.');
  return failure === undefined ? exitCodes.success : exitCodes.failure;
}

async function verifyCopy(
  context: CommandContext,
  { reader, ref, place, location }: Copy,
  options: BackupVerifyOptions,
): Promise<Verified> {
  const { signal } = context;
  try {
    return await withKey(context, options, (passwords) =>
      context.withProgress((report) =>
        reader.verify(ref, { passwords, ...(location === undefined ? {} : { location }), ...report, signal }),
      ),
    );
  } catch (error) {
    if (signal.aborted) throw error;
    return { id: 'id' in ref ? ref.id : ref.file, ok: false, location: place, error: reportOf(error) };
  }
}

async function copiesOf(context: CommandContext, idOrFile: string, from: string | undefined): Promise<Copy[]> {
  const { ref, reader } = await chooseBackup(context, idOrFile);
  if ('file' in ref) return [{ reader, ref, name: ref.file, place: ref.file, location: undefined }];
  const host = await context.host();
  const backup = await host.backups.show(ref.id, { signal: context.signal });
  // A location without a copy is the core's to refuse.
  if (from !== undefined) return [{ reader, ref, name: backup.name, place: from, location: from }];
  return copiesFrom(reader, ref, backup);
}

async function allCopies(context: CommandContext, from: string | undefined): Promise<Copy[]> {
  const host = await context.host();
  const chosen = from === undefined ? undefined : host.locations.get(from).id;
  const page = await host.backups.list({ ...(chosen === undefined ? {} : { locations: [chosen] }), signal: context.signal });
  const away = page.unavailable[0];
  if (away !== undefined)
    context.terminal.warn(`${safeText(away.location)} does not answer, its copies are not verified: ${safeText(away.error.message)}`);
  return page.backups.flatMap((backup) => copiesFrom(host.backups, { id: backup.id }, backup));
}

function copiesFrom(reader: BackupReader, ref: BackupRef, { name, locations }: BackupSummary): Copy[] {
  return locations.map((location) => ({ reader, ref, name, place: location.title, location: location.id }));
}
