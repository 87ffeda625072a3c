import { resolve } from 'node:path';
import { createBackupFiles, type RestoreResult } from '@holdfast/core';
import { commandError, ReportedError } from '../errors.js';
import { withKey } from '../keys/with-key.js';
import { reportOf } from '../output/error-report.js';
import { problemLines } from '../output/outcome.js';
import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { holdsSomething, renderRestored, type RestoreChoices } from './restore-report.js';

const shownNames = 3;

export async function extractFile(context: CommandContext, file: string, options: RestoreChoices): Promise<ExitCode> {
  const { terminal, signal } = context;
  const to = resolve(options.to);
  const dryRun = options.dryRun === true;
  const overwrite = options.overwrite === true;
  if (overwrite && !dryRun && (await holdsSomething(to))) await confirm(context, `Replace what is in the way in ${safeText(to)}?`);
  if (!dryRun) context.whenCancelled(`What was extracted so far stays in ${to}; each file there is complete.`);
  const startedAt = performance.now();
  const result = await withKey(context, options, (passwords) =>
    context.withProgress((report) =>
      createBackupFiles().extract(file, {
        to,
        passwords,
        dryRun,
        overwrite,
        ...(options.source === undefined ? {} : { sources: options.source }),
        ...(options.path === undefined ? {} : { paths: options.path }),
        ...(options.owners ? {} : { owners: false }),
        ...report,
        signal,
      }),
    ),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const unsafe = unsafeError(result, dryRun);
  const document = { extracted: { file, to, dryRun, ...result, seconds }, ...(unsafe === undefined ? {} : { error: reportOf(unsafe) }) };
  terminal.report(document, () => renderRestored(result, { to, dryRun, seconds, verb: 'extract' }, terminal.colors));
  if (unsafe !== undefined) throw terminal.settings.json ? new ReportedError(unsafe) : unsafe;
  if (result.problems.length === 0) return exitCodes.success;
  if (terminal.settings.quiet && !terminal.settings.json) terminal.warn(problemLines(result.problems, terminal.noteColors).join('\n'));
  return exitCodes.warnings;
}

/** Entries that would be written outside of the target: no accident, so it is more than a remark. */
function unsafeError({ problems }: RestoreResult, dryRun: boolean): Error | undefined {
  const unsafe = problems.filter(({ code }) => code === 'outside-target' || code === 'through-link');
  if (unsafe.length === 0) return undefined;
  const names = unsafe.slice(0, shownNames).map(({ source, path }) => `${source}:${path}`);
  const more = unsafe.length - names.length;
  return commandError('unsafe-entry', {
    names: [...names, ...(more === 0 ? [] : [`and ${more} more`])].join(', '),
    count: String(unsafe.length),
    what: dryRun ? 'All else would be extracted.' : 'All else was extracted.',
  });
}
