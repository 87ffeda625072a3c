import type { HoldfastError } from '../../base/errors.js';
import { ProviderError, type ProviderLogger } from '../../provider-api/index.js';
import type { FatalError } from '../protocol/child-message.js';
import { subjectOf } from '../provider-module.js';
import type { ProviderPackage } from '../provider-package.js';
import { createLineSplitter } from './line-splitter.js';
import { type KillReason, processFailure } from './process-failure.js';
import { createProviderConnection, type ProviderConnection, type StartTiming } from './provider-connection.js';
import type { ProviderLog } from './provider-log.js';
import { type ProcessOptions, startProcess } from './provider-process.js';
import { residentMemory } from './resident-memory.js';
import type { RuntimeLimits } from './runtime-limits.js';

export interface RunOptions {
  readonly found: ProviderPackage;
  readonly process: ProcessOptions;
  /** The paths that it may use, beside its own. */
  readonly grants: readonly string[];
  readonly limits: RuntimeLimits;
  readonly log: ProviderLog;
  /** Where lines about a location go, or those about none. */
  readonly targetOf: (locationId: string | undefined) => ProviderLogger;
  readonly onUnresponsive: (unresponsive: boolean) => void;
  /** Nobody uses it any more, for now. */
  readonly onQuiet: () => void;
}

/** One process of a provider, from its start to its end. */
export interface ProviderRun {
  readonly pid: number | undefined;
  readonly grants: readonly string[];
  readonly connection: ProviderConnection;
  /** Fulfilled when the process is gone: with what went wrong, if anything did. */
  readonly ended: Promise<HoldfastError | undefined>;
  /** Has it load and activate the provider. The process goes on also if that fails. */
  start(signal: AbortSignal): Promise<StartTiming>;
  /** False once the process is gone, or told to go. */
  readonly alive: boolean;
  /** True while a call or a stream is under way. */
  readonly busy: boolean;
  /** Keeps it busy until `leave`, once for each. */
  enter(): void;
  leave(): void;
  /** Bytes resident, as far as it can be told. */
  memory(): number | undefined;
  /** Has the provider end itself in its own time, then ends the process. */
  stop(): Promise<void>;
  /** Ends the process now. */
  kill(reason: KillReason): void;
}

/** Keeps a few more characters of a line than are shown, so that a secret at the cut is still known for one. */
const lineReserve = 4096;
/** How long a process may live on without a channel to its host, milliseconds. */
const partingGrace = 1_000;

export function startRun(options: RunOptions): ProviderRun {
  const { limits, log, targetOf } = options;
  const child = startProcess(options.process);
  let killed: KillReason | undefined;
  let fatal: FatalError | undefined;
  let heapFull = false;
  let uses = 0;
  let gone = false;
  let silence: NodeJS.Timeout | undefined;
  let parting: NodeJS.Timeout | undefined;

  const connection = createProviderConnection({
    control: child.control,
    data: child.data,
    found: options.found,
    limits,
    log: ({ level, message, locationId }) => log.add(level, message, targetOf(locationId)),
    onUnresponsive(unresponsive) {
      clearTimeout(silence);
      if (unresponsive) {
        const milliseconds = limits.acknowledge + limits.kill;
        silence = setTimeout(() => kill({ type: 'unresponsive', milliseconds }), limits.kill);
      }
      options.onUnresponsive(unresponsive);
    },
    onFault: (reason) => kill({ type: 'fault', reason }),
    onFatal(error) {
      // It becomes a part of messages, and of the status.
      fatal = { ...error, name: log.presentable(error.name), message: log.presentable(error.message) };
      log.add('error', `Nobody caught ${error.stack || `${error.name}: ${error.message}`}`, targetOf(undefined));
    },
    onClosed() {
      // As a rule it does so because it ends.
      parting ??= setTimeout(() => kill({ type: 'fault', reason: 'closed its channel and went on' }), partingGrace);
    },
    onBusy: () => follow(),
  });

  for (const [index, stream] of child.output.entries()) {
    const splitter = createLineSplitter(limits.logLine + lineReserve, (line, cut) => {
      if (line.includes('JavaScript heap out of memory')) heapFull = true;
      log.add(index === 0 ? 'info' : 'warn', line, targetOf(undefined), cut);
    });
    stream.on('data', (bytes: Uint8Array) => splitter.write(bytes));
    stream.on('end', () => splitter.end());
    stream.on('error', () => {});
  }

  function memory(): number | undefined {
    return (child.pid === undefined ? undefined : residentMemory(child.pid)) ?? connection.memory();
  }

  const watch = setInterval(() => {
    const bytes = memory();
    if (bytes === undefined) connection.ping();
    else if (bytes > limits.resident) kill({ type: 'resident', bytes, limit: limits.resident });
  }, limits.ping);
  watch.unref();

  const ended = child.ended.then((end) => {
    gone = true;
    clearInterval(watch);
    clearTimeout(silence);
    clearTimeout(parting);
    const failure = processFailure(subjectOf(options.found), { end, killed, fatal, heapFull, heap: limits.heap });
    const reason = failure?.message ?? `The process of provider package ${subjectOf(options.found)} was stopped, as the host ends.`;
    connection.close(new ProviderError('unavailable', reason, { cause: failure }));
    return failure;
  });

  function kill(reason: KillReason): void {
    // The first reason is the true one: others may follow from it.
    killed ??= reason;
    child.kill();
  }

  function isBusy(): boolean {
    return uses > 0 || connection.outstanding > 0;
  }

  /** A process at rest doesn't keep the host from ending. */
  function follow(): void {
    child.hold(isBusy());
    if (!isBusy()) options.onQuiet();
  }

  return {
    pid: child.pid,
    grants: options.grants,
    connection,
    ended,
    async start(signal) {
      return connection.start(signal);
    },
    get alive() {
      return !gone && killed === undefined;
    },
    get busy() {
      return isBusy();
    },
    enter() {
      uses += 1;
      child.hold(true);
    },
    leave() {
      uses -= 1;
      follow();
    },
    memory,
    async stop() {
      killed ??= { type: 'unneeded' };
      child.hold(true);
      await connection.shutdown();
      child.kill();
      await ended;
    },
    kill,
  };
}
