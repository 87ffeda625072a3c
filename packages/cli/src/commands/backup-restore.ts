import { resolve } from 'node:path';
import { commandError } from '../errors.js';
import { withKey } from '../keys/with-key.js';
import { problemLines } from '../output/outcome.js';
import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { chooseBackup } from './backup-reader.js';
import { holdsSomething, renderKept, renderRestored, type RestoreChoices } from './restore-report.js';

export interface BackupRestoreOptions extends Omit<RestoreChoices, 'to'> {
  readonly to?: string;
  readonly into?: readonly { readonly name: string; readonly path: string }[];
  readonly from?: string;
  readonly replace?: boolean;
  readonly acceptProblems?: boolean;
}

export async function restoreBackup(context: CommandContext, idOrFile: string, options: BackupRestoreOptions): Promise<ExitCode> {
  requireSense(options);
  const folders = Object.fromEntries((options.into ?? []).map(({ name, path }) => [name, resolve(path)]));
  const to = options.to === undefined ? undefined : resolve(options.to);
  const dryRun = options.dryRun === true;
  const replace = options.replace === true;
  const places = [...(to === undefined ? [] : [to]), ...Object.values(folders)];
  if (!dryRun) await confirmPlaces(context, places, options);
  const { ref, reader } = await chooseBackup(context, idOrFile, options.from);
  const shownPlace = places.join(', ');
  if (!dryRun) {
    context.whenCancelled(
      replace ? `What is in ${shownPlace} is as it was.` : `What was restored so far stays in ${shownPlace}; each file there is complete.`,
    );
  }
  const startedAt = performance.now();
  const result = await withKey(context, options, (passwords) =>
    context.withProgress((report) =>
      reader.restore({
        backup: ref,
        ...(to === undefined ? {} : { to }),
        folders,
        passwords,
        dryRun,
        overwrite: options.overwrite === true,
        replace,
        acceptProblems: options.acceptProblems === true,
        ...(options.source === undefined ? {} : { sources: options.source }),
        ...(options.path === undefined ? {} : { paths: options.path }),
        ...(options.owners ? {} : { owners: false }),
        ...(options.from === undefined ? {} : { location: options.from }),
        ...report,
        signal: context.signal,
      }),
    ),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const { terminal } = context;
  terminal.report({ restored: { ...(to === undefined ? {} : { to }), dryRun, ...result, seconds } }, () =>
    [
      renderRestored(result, { to: shownPlace, dryRun, seconds, verb: 'restore' }, terminal.colors),
      ...renderKept(result, terminal.colors),
    ].join('\n'),
  );
  if (result.problems.length === 0) return exitCodes.success;
  if (terminal.settings.quiet && !terminal.settings.json) terminal.warn(problemLines(result.problems, terminal.noteColors).join('\n'));
  return exitCodes.warnings;
}

function requireSense({ replace, overwrite, acceptProblems }: BackupRestoreOptions): void {
  const refuse = (what: string) => commandError('bad-usage', { what, help: 'holdfast backup restore --help' });
  if (replace === true && overwrite === true)
    throw refuse('--replace takes whole folders and --overwrite single files: choose one of them');
  if (acceptProblems === true && replace !== true) throw refuse('--accept-problems is for --replace');
}

/** What is there is asked about before it is replaced, also where it is kept. @throws `confirmation-needed`, `cancelled` */
async function confirmPlaces(context: CommandContext, places: readonly string[], options: BackupRestoreOptions): Promise<void> {
  if (options.replace !== true && options.overwrite !== true) return;
  const there = await Promise.all(places.map(async (place) => ((await holdsSomething(place)) ? [safeText(place)] : [])));
  const names = there.flat().join(', ');
  if (names === '') return;
  await confirm(
    context,
    options.replace === true
      ? `Put the backup in place of what is in ${names}? That is kept aside until you confirm.`
      : `Replace what is in the way in ${names}?`,
  );
}
