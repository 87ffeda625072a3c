import { resolve } from 'node:path';
import { withKey } from '../keys/with-key.js';
import { problemLines } from '../output/outcome.js';
import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { chooseBackup } from './backup-reader.js';
import { holdsSomething, renderRestored, type RestoreChoices } from './restore-report.js';

export interface BackupRestoreOptions extends RestoreChoices {
  readonly from?: string;
}

export async function restoreBackup(context: CommandContext, idOrFile: string, options: BackupRestoreOptions): Promise<ExitCode> {
  const to = resolve(options.to);
  const dryRun = options.dryRun === true;
  if (options.overwrite === true && !dryRun && (await holdsSomething(to)))
    await confirm(context, `Replace what is in the way in ${safeText(to)}?`);
  const { ref, reader } = await chooseBackup(context, idOrFile, options.from);
  if (!dryRun) context.whenCancelled(`What was restored so far stays in ${to}; each file there is complete.`);
  const startedAt = performance.now();
  const result = await withKey(context, options, (passwords) =>
    context.withProgress((report) =>
      reader.restore({
        backup: ref,
        to,
        passwords,
        dryRun,
        overwrite: options.overwrite === true,
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
  terminal.report({ restored: { to, dryRun, ...result, seconds } }, () =>
    renderRestored(result, { to, dryRun, seconds, verb: 'restore' }, terminal.colors),
  );
  if (result.problems.length === 0) return exitCodes.success;
  if (terminal.settings.quiet && !terminal.settings.json) terminal.warn(problemLines(result.problems, terminal.noteColors).join('\n'));
  return exitCodes.warnings;
}
