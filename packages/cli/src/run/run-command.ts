import type { Host } from '@holdfast/core';
import { ReportedError } from '../errors.js';
import { exitCodeOf, type ErrorReport, renderError, reportOf, traceOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import { createTerminal, type Terminal } from '../output/terminal.js';
import { dataDirFor } from '../settings/data-dir.js';
import { type CancellingSignal, listenForCancellation } from './cancellation.js';
import type { CommandContext, CommandWork } from './context.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import type { GlobalOptions } from './global-options.js';
import { openHost } from './open-host.js';

export interface CommandSettings {
  /** A signal that doesn't cancel this command, which listens to it itself. */
  readonly ownSignal?: CancellingSignal;
}

/** How long a command may take longer for the sake of notifications. */
const deliveryMilliseconds = 10_000;

/**
 * Runs a command from its options to its exit code; `name` is what others are told who wait for it. Never rejects: what goes wrong is
 * reported here.
 */
export async function runCommand(
  options: GlobalOptions,
  name: string,
  work: CommandWork,
  { ownSignal }: CommandSettings = {},
): Promise<ExitCode> {
  // For the prompts, which colour themselves.
  if (!options.color) process.env['NO_COLOR'] = '1';
  const terminal = createTerminal({
    json: options.json === true,
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    color: options.color,
  });
  const onFirst = (): void => terminal.note('Stopping and cleaning up. Press Ctrl-C again to stop at once.');
  using cancellation = listenForCancellation(onFirst, ownSignal);
  let remark: string | undefined;
  try {
    return await withHost(options, name, terminal, cancellation.signal, work, (text) => {
      remark = text;
    });
  } catch (error) {
    const exitCode = exitCodeOf(error instanceof ReportedError ? error.cause : error, cancellation.signal.aborted);
    if (!(error instanceof ReportedError))
      reportError(terminal, error, exitCode === exitCodes.cancelled ? cancelledReport(error, remark) : reportOf(error));
    return exitCode;
  }
}

async function withHost(
  options: GlobalOptions,
  purpose: string,
  terminal: Terminal,
  signal: AbortSignal,
  work: CommandWork,
  whenCancelled: (remark: string) => void,
): Promise<ExitCode> {
  const dataDir = dataDirFor(options.dataDir, process.env);
  let opened: Promise<Host> | undefined;
  const toOpen = { dataDir, providerFolders: options.providerFolder ?? [], purpose, signal };
  const context: CommandContext = {
    dataDir,
    terminal,
    signal,
    yes: options.yes === true,
    host: (access = 'exclusive') => (opened ??= openHost(terminal, { ...toOpen, access })),
    openShared: (log) => openHost(terminal, { ...toOpen, access: 'shared', unattended: true, log }),
    whenCancelled,
    async withProgress(doWork) {
      const display = terminal.progress();
      try {
        return await doWork(display === undefined ? {} : { onProgress: display.update });
      } finally {
        display?.stop();
      }
    },
  };
  try {
    return (await work(context)) ?? exitCodes.success;
  } finally {
    const host = await opened?.catch(() => undefined);
    if (host !== undefined && !signal.aborted) await deliverAtEnd(terminal, host);
    await host?.[Symbol.asyncDispose]();
  }
}

/** What came up meanwhile is told to those who want to know. What can't be delivered at once waits for the next command, or the service. */
async function deliverAtEnd(terminal: Terminal, host: Host): Promise<void> {
  const { failed } = await host.notifications.deliver(AbortSignal.timeout(deliveryMilliseconds));
  for (const { title, message } of failed) {
    terminal.note(`${terminal.noteColors.yellow('!')} The notification "${safeText(title)}" could not be delivered: ${safeText(message)}`);
  }
}

function cancelledReport(error: unknown, remark: string | undefined): ErrorReport {
  const own = reportOf(error);
  const known = own.code === 'cancelled';
  const message = known ? own.message : 'Cancelled.';
  return { code: 'cancelled', message, remedy: remark ?? (known ? own.remedy : ''), details: {} };
}

/** Tells an error: as a document with `--json`, else on standard error. */
export function reportError(terminal: Terminal, error: unknown, report: ErrorReport): void {
  if (terminal.settings.verbose) terminal.warn(terminal.noteColors.dim(traceOf(error)));
  if (terminal.settings.json) terminal.answer({ error: report }, () => '');
  else if (report.code === 'cancelled')
    terminal.warn(
      [report.message, report.remedy]
        .filter((text) => text !== '')
        .map(safeText)
        .join(' '),
    );
  else terminal.warn(renderError(report, terminal.noteColors));
}
