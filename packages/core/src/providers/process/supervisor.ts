import { setTimeout as sleep } from 'node:timers/promises';
import { type HoldfastError, isHoldfastError } from '../../base/errors.js';
import { subjectOf } from '../provider-module.js';
import type { ProviderPackage } from '../provider-package.js';
import type { RuntimeStatus } from '../runtime-status.js';
import { providerProcessError } from './errors.js';
import { areGranted } from './grants.js';
import type { Lease } from './lasting-location.js';
import type { ProviderRun } from './provider-run.js';
import type { RuntimeLimits } from './runtime-limits.js';
import type { StatusKeeper } from './status-keeper.js';
import type { Turnstile } from './turnstile.js';

/** Something happened to a provider's process. */
export interface RuntimeEvent {
  readonly type: 'starting' | 'running' | 'idle' | 'unresponsive' | 'crashed' | 'stopped';
  readonly status: RuntimeStatus;
  /** What went wrong. */
  readonly issue?: HoldfastError;
}

export interface SupervisorOptions {
  readonly found: ProviderPackage;
  readonly limits: RuntimeLimits;
  readonly keeper: StatusKeeper;
  /** Lets one process of the host be started at a time. */
  readonly starts: Turnstile;
  /** Paths that the package may use in any case. */
  readonly grants: () => readonly string[];
  /** Starts a process. */
  readonly launch: (options: LaunchOptions) => Promise<ProviderRun>;
  readonly lastLog: () => readonly string[];
  readonly onEvent: (event: RuntimeEvent) => void;
  readonly now: () => number;
}

export interface LaunchOptions {
  readonly grants: readonly string[];
  readonly onUnresponsive: (unresponsive: boolean) => void;
  readonly onQuiet: () => void;
}

/** Has a process ready for who needs it: starts it, again after crashes, and stops it when nobody needs it. */
export interface Supervisor extends AsyncDisposable {
  /**
   * A process that may use the paths, for as long as the lease is held. `operation` is what for. Fails with the reason why there is none, or
   * with the signal's.
   */
  acquire(operation: string, paths: readonly string[], signal: AbortSignal): Promise<Lease>;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { found, limits, keeper, onEvent } = options;
  const closing = new AbortController();
  const quiet = new Set<() => void>();
  let run: ProviderRun | undefined;
  let starting: Promise<ProviderRun> | undefined;
  let stopping: Promise<void> | undefined;
  let idle: NodeJS.Timeout | undefined;

  function emit(type: RuntimeEvent['type'], issue?: HoldfastError): void {
    onEvent({ type, status: keeper.status(), ...(issue && { issue }) });
  }

  /** Once nobody has a use for the process for long enough, it is stopped. */
  function onQuiet(): void {
    for (const tell of quiet) tell();
    clearTimeout(idle);
    const resting = run;
    idle = setTimeout(() => {
      if (resting !== undefined && resting === run && !resting.busy) void stop(resting);
    }, limits.idle);
    idle.unref();
  }

  function onUnresponsive(unresponsive: boolean): void {
    if (unresponsive) {
      keeper.set('unresponsive');
      emit('unresponsive');
    } else if (keeper.state === 'unresponsive') keeper.set(run === undefined ? 'starting' : 'running');
  }

  function onEnded(ended: ProviderRun, failure: HoldfastError | undefined): void {
    keeper.ended();
    if (run === ended) run = undefined;
    if (failure === undefined) {
      keeper.set('idle');
      emit('idle');
      return;
    }
    const state = keeper.crashed(failure, options.lastLog());
    emit('crashed', failure);
    if (state === 'stopped') emit('stopped', keeper.stoppedError());
  }

  async function start(operation: string, paths: readonly string[]): Promise<ProviderRun> {
    await keeper.load();
    const wait = keeper.mayStartAt() - options.now();
    if (wait > 0) {
      keeper.set('waiting');
      // A clock that was set back must not make it wait for ever.
      await sleep(Math.min(wait, Math.max(...limits.restartDelays)), undefined, { signal: closing.signal });
    }
    return options.starts.run(async () => {
      const started = await options.launch({ grants: [...new Set([...options.grants(), ...paths])], onUnresponsive, onQuiet });
      keeper.started(started, operation);
      emit('starting');
      const ended = started.ended.then((failure) => {
        onEnded(started, failure);
        return failure;
      });
      try {
        keeper.running(await started.start(closing.signal));
      } catch (error) {
        // One that takes too long has to be killed, and counts as a crash: else each call would wait for it again.
        if (isHoldfastError(error) && error.details['late'] === true) started.kill({ type: 'late', error });
        else if (started.alive) await started.stop();
        // If the process is gone, that is the reason.
        throw (await ended) ?? error;
      }
      run = started;
      emit('running');
      if (!started.busy) onQuiet();
      return started;
    }, closing.signal);
  }

  function stop(stopped: ProviderRun): Promise<void> {
    keeper.set('stopping');
    run = undefined;
    stopping = stopped.stop().finally(() => {
      stopping = undefined;
    });
    return stopping;
  }

  /** Fulfilled when the process is gone or nobody uses it. */
  function untilQuiet(used: ProviderRun): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (used.alive && used.busy) return;
        quiet.delete(look);
        resolve();
      };
      quiet.add(look);
      void used.ended.then(look);
      look();
    });
  }

  async function acquire(operation: string, paths: readonly string[], signal: AbortSignal): Promise<Lease> {
    for (;;) {
      signal.throwIfAborted();
      if (closing.signal.aborted) throw closed(found);
      if (stopping !== undefined) await orAborted(stopping, signal);
      else if (starting !== undefined) await orAborted(starting, signal);
      else if (run === undefined || !run.alive) {
        // What has been killed is not gone at once.
        if (run !== undefined) await orAborted(run.ended, signal);
        else {
          starting = start(operation, paths).finally(() => {
            starting = undefined;
          });
          await orAborted(starting, signal);
        }
      } else if (areGranted(paths, run.grants)) return lease(run);
      else if (run.busy) await orAborted(untilQuiet(run), signal);
      else await stop(run);
    }
  }

  function lease(used: ProviderRun): Lease {
    clearTimeout(idle);
    used.enter();
    let held = true;
    return {
      run: used,
      [Symbol.dispose]() {
        if (held) used.leave();
        held = false;
      },
    };
  }

  return {
    acquire,
    async [Symbol.asyncDispose]() {
      closing.abort(closed(found));
      clearTimeout(idle);
      await starting?.catch(() => {});
      await stopping;
      if (run === undefined) return;
      const last = run;
      last.connection.cancelAll();
      await Promise.race([untilQuiet(last), sleep(limits.finish, undefined, { ref: false })]);
      await stop(last);
    },
  };
}

function closed(found: ProviderPackage): HoldfastError {
  const details = { subject: subjectOf(found), package: found.name };
  return providerProcessError('provider-not-started', { ...details, reason: 'the host is ending' });
}

/** Waits for what may be waited for by others too, until the signal fires. */
async function orAborted<T>(waited: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  // Who stops waiting doesn't heed what it comes to.
  waited.catch(() => {});
  try {
    return await Promise.race([waited, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
