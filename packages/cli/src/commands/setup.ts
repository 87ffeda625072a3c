import type { Host, Job, JobRun } from '@holdfast/core';
import { commandError } from '../errors.js';
import { formatDate } from '../output/dates.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { applySetupFile } from '../setup/apply-setup-file.js';
import { readSetupFile } from '../setup/setup-file.js';
import { leadThroughSetUp } from '../setup/wizard.js';
import { renderRun } from './job-runs.js';

export interface SetupOptions {
  readonly file?: string;
}

/** Sets up automatic backups: by questions, or by a file. */
export async function setUp(context: CommandContext, { file }: SetupOptions): Promise<ExitCode> {
  if (file !== undefined) return setUpByFile(context, file);
  if (!context.terminal.interactive) {
    throw commandError('bad-usage', {
      what: 'there is no terminal to ask on: hand over a set-up file with --file',
      help: 'holdfast setup --help',
    });
  }
  const { job, kit, backUpNow } = await leadThroughSetUp(context);
  const host = await context.host();
  context.whenCancelled('The set-up is done; the job makes its first backup when its time has come.');
  const runs = backUpNow ? [await run(context, host, job)] : [];
  const next = await nextRunOf(host, job);
  context.terminal.report({ job, ...(kit && { kit }), runs, ...(next !== undefined && { next }) }, () =>
    [...lines(context, host, [job], runs, next), ...kitLines(kit)].join('\n'),
  );
  return exitCodeOf(runs);
}

async function setUpByFile(context: CommandContext, file: string): Promise<ExitCode> {
  const wanted = await readSetupFile(file);
  const { added, ...applied } = await applySetupFile(context, wanted, file);
  const host = await context.host();
  const runs: JobRun[] = [];
  if (wanted.backup) for (const job of added) runs.push(await run(context, host, job));
  context.terminal.report({ dataDir: context.dataDir, ...applied, runs }, () =>
    [
      ...[...applied.locations, ...applied.jobs].map(
        ({ title, state }) => `  ${state === 'added' ? 'added' : 'there already'}: ${safeText(title)}`,
      ),
      ...lines(context, host, added, runs, undefined),
      ...kitLines(applied.kit),
    ].join('\n'),
  );
  return exitCodeOf(runs);
}

function run(context: CommandContext, host: Host, { id }: Job): Promise<JobRun> {
  return context.withProgress((report) => host.jobs.run(id, { ...report, signal: context.signal }));
}

async function nextRunOf(host: Host, { id }: Job): Promise<string | undefined> {
  const { due, next } = await host.jobs.plan(id);
  return (due ?? next)?.toISOString();
}

function lines(
  { terminal }: CommandContext,
  host: Host,
  jobs: readonly Job[],
  runs: readonly JobRun[],
  next: string | undefined,
): string[] {
  const { colors } = terminal;
  return [
    colors.green(jobs.length === 0 ? 'Everything is there already.' : 'Automatic backups are set up.'),
    ...runs.map((run) => renderRun(host, run, colors)),
    ...(next === undefined ? [] : [`  next run: ${formatDate(next)}`]),
    'They run as long as the service does: holdfast service (docs/service.md says how it starts with the machine).',
    'How it stands: holdfast status',
  ];
}

function kitLines(kit: { readonly textPath: string; readonly htmlPath: string } | undefined): string[] {
  if (kit === undefined) return [];
  return [
    `The emergency kit, which now also says where your backups are: ${safeText(kit.textPath)}`,
    'Keep it away from this machine: print it, or copy it elsewhere, and delete it here.',
  ];
}

function exitCodeOf(runs: readonly JobRun[]): ExitCode {
  if (runs.some(({ state }) => state === 'cancelled')) return exitCodes.cancelled;
  if (runs.some(({ state }) => state === 'failed' || state === 'skipped')) return exitCodes.failure;
  return runs.some(({ state }) => state === 'partial') ? exitCodes.warnings : exitCodes.success;
}
