import type { JobRun } from '../../backups/jobs/job-run.js';
import { describeFailure } from '../../backups/failure.js';
import { isHoldfastError } from '../../base/errors.js';
import { lendHost, type LentHost } from './lend-host.js';
import { Scheduler } from './scheduler.js';
import type { ServiceHost } from './service-host.js';
import { lockService } from './service-lock.js';
import type { ServiceLog } from './service-log.js';
import { readServiceState, type ServiceState } from './service-state.js';
import { type ServiceTime, systemTime } from './service-time.js';
import { keepState, type StateKeeper } from './state-keeper.js';
import { tellEvents } from './tell-events.js';

export interface ServiceOptions {
  readonly dataDir: string;
  /**
   * Opens a host of the data directory, `shared`, so that others can work beside it. Called again whenever another process changed the
   * configuration, the keys or the provider packages; the service closes what it opened.
   */
  readonly open: () => Promise<ServiceHost>;
  /** Gets a line for each thing that happens. */
  readonly log: ServiceLog;
  /** `once`: for {@link Service.once}, as `holdfast status` shows it. Default `service`. */
  readonly mode?: ServiceState['mode'];
  readonly time?: ServiceTime;
}

/** Runs jobs when they are due, and looks after what they made. Close it when done. */
export interface Service extends AsyncDisposable {
  /** Until the signal fires. A run that is under way then is cancelled, and made again at the next start. */
  run(signal: AbortSignal): Promise<void>;
  /** Does all that is due now, and gives the runs that came of it. */
  once(signal: AbortSignal): Promise<readonly JobRun[]>;
  /** Reads the configuration again, also if it looks unchanged, and sees what is due by it. */
  reload(): void;
}

/** As `createService`. */
export async function openService({ mode = 'service', time = systemTime, ...options }: ServiceOptions): Promise<Service> {
  const { dataDir, log } = options;
  // First the host: without a data directory there is nothing to lock.
  const listening = new Set<Disposable>();
  const listen = (host: ServiceHost) => listening.add(tellEvents(host.events, log));
  const tellOnce = toldOnce(log, time);
  const hosts = await lendHost({
    dataDir,
    open: options.open,
    onReopened(host) {
      listen(host);
      log({ level: 'info', event: 'configuration-read', message: 'Read the configuration again, which was changed.' });
    },
    onFailed: (error) => tellOnce('reading the configuration', error),
  });
  try {
    await hosts.use(async (host) => listen(host));
    const lock = await lockService(dataDir, mode === 'once' ? 'holdfast service --once' : 'holdfast service');
    try {
      const before = await readServiceState(dataDir);
      const now = time.now().toISOString();
      const initial: ServiceState = {
        mode,
        state: 'waiting',
        pid: process.pid,
        since: now,
        heartbeat: now,
        ...(before?.retentionOn !== undefined && { retentionOn: before.retentionOn }),
        brokenOff: before?.brokenOff ?? [],
      };
      const keeper = keepState(dataDir, initial, time, (error) => tellOnce('writing service.json', error));
      await keeper.settle({});
      return serviceOf({ hosts, keeper, time, log, tellOnce }, async () => {
        for (const each of listening) each[Symbol.dispose]();
        await keeper.settle({ state: 'stopped', stoppedAt: time.now().toISOString(), work: undefined });
        await hosts[Symbol.asyncDispose]();
        await lock[Symbol.asyncDispose]();
      });
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    await hosts[Symbol.asyncDispose]();
    throw error;
  }
}

interface Parts {
  readonly hosts: LentHost;
  readonly keeper: StateKeeper;
  readonly time: ServiceTime;
  readonly log: ServiceLog;
  readonly tellOnce: (what: string, error: unknown) => void;
}

function serviceOf({ hosts, keeper, time, log, tellOnce }: Parts, close: () => Promise<void>): Service {
  const schedulerFor = (signal: AbortSignal) =>
    new Scheduler({
      time,
      log,
      withHost: hosts.use,
      memory: keeper.state,
      tell: keeper.tell,
      beat: keeper.beat,
      fail(what, error) {
        // What was cancelled failed of nothing.
        if (signal.aborted) return;
        tellOnce(what, error);
        keeper.tell({ lastError: { at: time.now().toISOString(), what, message: describeFailure(error).message } });
      },
    });

  async function stopping<Result>(signal: AbortSignal, run: () => Promise<Result>): Promise<Result> {
    const onAbort = () => {
      log({ level: 'info', event: 'stopping', message: 'Stopping: what is under way is cancelled.' });
      keeper.tell({ state: 'stopping' });
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await run();
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  let scheduler: Scheduler | undefined;
  let closing: Promise<void> | undefined;
  return {
    async run(signal) {
      log({ level: 'info', event: 'started', message: `The service is running, process ${process.pid}.` });
      const own = (scheduler = schedulerFor(signal));
      await stopping(signal, () => own.run(signal));
      log({ level: 'info', event: 'stopped', message: 'The service has stopped.' });
    },
    once: (signal) => stopping(signal, () => schedulerFor(signal).once(signal)),
    reload() {
      hosts.reload();
      scheduler?.wake();
    },
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
}

/** Tells what goes wrong, but not the same thing every half a minute: again after an hour, or when it went wrong in another way. */
function toldOnce(log: ServiceLog, time: ServiceTime): (what: string, error: unknown) => void {
  const told = new Map<string, { readonly message: string; readonly at: number }>();
  return (what, error) => {
    const { message, remedy } = describeFailure(error);
    const before = told.get(what);
    if (before?.message === message && time.elapsed() - before.at < 3_600_000) return;
    told.set(what, { message, at: time.elapsed() });
    const isBusy = isHoldfastError(error, 'backup-running');
    log({ level: isBusy ? 'info' : 'error', event: 'failed', message: `${what}: ${message} ${remedy}`.trim() });
  };
}
