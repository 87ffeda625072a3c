import type { JobRun, LogLevel, Service, ServiceLog, ServiceOptions } from '@holdfast/core';
import { reportOf } from '../output/error-report.js';
import { formatCount } from '../output/quantities.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { createServiceLog, hostLog, isJournal } from './service-log.js';

export interface ServiceCommandOptions {
  readonly once?: boolean;
  readonly logLevel: LogLevel;
}

/** How long a run may take to clean up when the service is stopped. systemd gives 90 seconds and then ends it. */
const stopLimit = 75_000;

/** Looks after the data directory's jobs until it is told to stop, or with `--once` until nothing is due. */
export async function runService(context: CommandContext, options: ServiceCommandOptions): Promise<ExitCode> {
  const { dataDir, signal, terminal } = context;
  const log = logFor(context, options);
  const { createService } = await import('@holdfast/core');
  const mode = options.once === true ? 'once' : 'service';
  const toCreate: ServiceOptions = { dataDir, mode, log, open: () => context.openShared(hostLog(log)) };
  signal.addEventListener('abort', () => endAfterAll(log), { once: true });
  if (options.once === true) {
    const runs = await onceUnlessRunning(toCreate, createService, context);
    terminal.report({ runs }, () => (runs.length === 0 ? 'Nothing was due.' : `${formatCount(runs.length, 'run')}.`));
    return signal.aborted ? exitCodes.cancelled : exitCodeOf(runs);
  }
  await using service = await createService(toCreate);
  const onHangup = () => {
    log({ level: 'info', event: 'hangup', message: 'Reading the configuration again, as told by SIGHUP.' });
    service.reload();
  };
  process.on('SIGHUP', onHangup);
  try {
    await service.run(signal);
  } finally {
    process.off('SIGHUP', onHangup);
  }
  return exitCodes.success;
}

/** Of cron's, one that starts while another is at work leaves it to that one. */
async function onceUnlessRunning(
  toCreate: ServiceOptions,
  createService: (options: ServiceOptions) => Promise<Service>,
  { signal, terminal }: CommandContext,
): Promise<readonly JobRun[]> {
  try {
    await using service = await createService(toCreate);
    return await service.once(signal);
  } catch (error) {
    const { code, message } = reportOf(error);
    if (code !== 'service-running') throw error;
    terminal.note(`${message} What is due is left to it.`);
    return [];
  }
}

function logFor({ terminal: { settings } }: CommandContext, { once, logLevel }: ServiceCommandOptions): ServiceLog {
  // With --once and --json the answer is one document, as everywhere.
  const stream = once === true ? process.stderr : process.stdout;
  const format = settings.json ? 'json' : isJournal(process.env, stream.fd) ? 'journal' : 'text';
  const level = settings.verbose ? 'debug' : settings.quiet ? 'warn' : logLevel;
  return createServiceLog({ format, level, write: (line) => stream.write(line) });
}

/** What doesn't end by itself when it is cancelled must not keep the machine from shutting down; the next start cleans up behind it. */
function endAfterAll(log: ServiceLog): void {
  const timer = setTimeout(() => {
    log({ level: 'error', event: 'stop-limit', message: 'What was under way did not end in time, and is left as it is.' });
    process.exit(exitCodes.failure);
  }, stopLimit);
  timer.unref();
}

function exitCodeOf(runs: readonly JobRun[]): ExitCode {
  if (runs.some(({ state }) => state === 'failed')) return exitCodes.failure;
  return runs.every(({ state }) => state === 'complete') ? exitCodes.success : exitCodes.warnings;
}
