import type { Host, JobRun, LockHolder, RunState } from '@holdfast/core';
import { commandError } from '../errors.js';
import { formatDate } from '../output/dates.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { colourOfState, runTroubles } from './describe-job.js';
import { remindOfKit } from './kit-reminder.js';
import { renderRun } from './job-runs.js';

interface BusyOptions {
  readonly onBusy: 'wait' | 'skip';
}

const codes: Readonly<Record<RunState, ExitCode>> = {
  running: exitCodes.warnings,
  complete: exitCodes.success,
  partial: exitCodes.warnings,
  failed: exitCodes.failure,
  cancelled: exitCodes.cancelled,
  skipped: exitCodes.warnings,
};

export async function runJob(context: CommandContext, idOrTitle: string, { onBusy }: BusyOptions): Promise<ExitCode> {
  const host = await context.host();
  const run = await context.withProgress((report) =>
    host.jobs.run(idOrTitle, { onBusy, onWaiting: (holder) => sayWaiting(context, holder), ...report, signal: context.signal }),
  );
  return answerRun(context, host, run);
}

export async function retryRun(context: CommandContext, id: string | undefined, { onBusy }: BusyOptions): Promise<ExitCode> {
  const host = await context.host();
  const wanted = id ?? (await newestWithRest(host));
  if (wanted === undefined) {
    context.terminal.report({ run: null }, () => 'No run left anything to be done.');
    return exitCodes.success;
  }
  const run = await context.withProgress((report) =>
    host.jobs.retry(wanted, { onBusy, onWaiting: (holder) => sayWaiting(context, holder), ...report, signal: context.signal }),
  );
  return answerRun(context, host, run);
}

async function newestWithRest(host: Host): Promise<string | undefined> {
  const runs = await host.jobs.runs();
  return runs.find(({ locations }) => locations.some(({ state }) => state === 'pending'))?.id;
}

function answerRun(context: CommandContext, host: Host, run: JobRun): ExitCode {
  const { terminal } = context;
  if (context.signal.aborted && run.state !== 'complete' && !terminal.settings.json)
    throw commandError('cancelled', { what: 'Cancelled.' });
  terminal.report({ run }, () => renderRun(host, run, terminal.colors));
  // Also with --quiet: a warning that nobody sees is none.
  if (terminal.settings.quiet && !terminal.settings.json && run.state !== 'complete') {
    const { noteColors } = terminal;
    terminal.warn([colourOfState(run.state, noteColors)(run.state), ...runTroubles(run, noteColors)].join('\n'));
  }
  remindOfKit(context, host);
  return codes[run.state];
}

function sayWaiting({ terminal }: CommandContext, holder: LockHolder | undefined): void {
  if (holder === undefined) return;
  const { pid, since, purpose } = holder;
  terminal.note(`Waiting for process ${pid}, which works on the backups since ${formatDate(since)}: ${safeText(purpose)}.`);
}
