import { isHoldfastError } from '../../base/errors.js';
import { type CallOptions, type Location, ProviderError } from '../../provider-api/index.js';
import { cancelled } from '../guard-call.js';
import type { ProviderRun } from './provider-run.js';

/** A process that is kept until it is given back. */
export interface Lease extends Disposable {
  readonly run: ProviderRun;
}

export interface LastingLocationOptions {
  /** Gives the running process, or a new one. */
  readonly acquire: (operation: string, signal: AbortSignal) => Promise<Lease>;
  /** Opens the location in a process, as one that was opened before. */
  readonly reopen: (run: ProviderRun) => Promise<Location>;
  /** The location as it was opened first, and where. */
  readonly location: Location;
  readonly run: ProviderRun;
  readonly onDispose: () => void;
}

/**
 * A location that outlives the process in which it was opened: when that was stopped or has crashed, the next call opens it
 * in another one. A call that was under way is not repeated.
 */
export function createLastingLocation({ acquire, reopen, location, run, onDispose }: LastingLocationOptions): Location {
  let current = { run, location: Promise.resolve(location) };
  let disposed = false;

  function locationIn(other: ProviderRun): Promise<Location> {
    if (current.run !== other) {
      const opening = { run: other, location: reopen(other) };
      current = opening;
      opening.location.catch(() => {
        // The next call tries again: only what is open is kept.
        if (current === opening) current = { run, location: Promise.resolve(location) };
      });
    }
    return current.location;
  }

  async function enter(operation: string, { signal }: CallOptions): Promise<Lease> {
    if (disposed) throw new ProviderError('internal', `The location is closed, so there is no "${operation}" any more.`);
    if (signal.aborted) throw cancelled(signal);
    try {
      return await acquire(operation, signal);
    } catch (error) {
      throw asProviderError(error, signal);
    }
  }

  async function openIn(lease: Lease, { signal }: CallOptions): Promise<Location> {
    try {
      return await locationIn(lease.run);
    } catch (error) {
      throw asProviderError(error, signal);
    }
  }

  /** Errors of the call itself pass as they are: one may be that of the body, which is anybody's. */
  async function call<T>(operation: string, options: CallOptions, task: (location: Location) => Promise<T>): Promise<T> {
    using lease = await enter(operation, options);
    return await task(await openIn(lease, options));
  }

  /** A body that nobody reads any more must know. */
  async function store<T>(
    operation: string,
    body: ReadableStream,
    options: CallOptions,
    task: (location: Location) => Promise<T>,
  ): Promise<T> {
    try {
      return await call(operation, options, task);
    } catch (error) {
      if (!body.locked) await body.cancel(error).catch(() => {});
      throw error;
    }
  }

  return {
    put: (key, body, options) => store('put', body, options, (open) => open.put(key, body, options)),
    ...(location.putDeferred && {
      putDeferred: (key, body, options) =>
        store('putDeferred', body, options, (open) => required(open.putDeferred?.bind(open))(key, body, options)),
    }),
    get: (key, options) => call('get', options, (open) => open.get(key, options)),
    head: (key, options) => call('head', options, (open) => open.head(key, options)),
    async *list(prefix, options) {
      using lease = await enter('list', options);
      yield* (await openIn(lease, options)).list(prefix, options);
    },
    delete: (key, options) => call('delete', options, (open) => open.delete(key, options)),
    ...(location.check && { check: (options) => call('check', options, (open) => required(open.check?.bind(open))(options)) }),
    ...(location.usage && { usage: (options) => call('usage', options, (open) => required(open.usage?.bind(open))(options)) }),
    ...(location.sweep && { sweep: (options) => call('sweep', options, (open) => required(open.sweep?.bind(open))(options)) }),
    async [Symbol.asyncDispose]() {
      if (disposed) return;
      disposed = true;
      onDispose();
      const { run: at, location: opened } = current;
      // With its process it was closed already.
      if (!at.alive) return;
      at.enter();
      try {
        const open = await opened.catch(() => undefined);
        await open?.[Symbol.asyncDispose]();
      } finally {
        at.leave();
      }
    },
  };
}

function required<T>(operation: T | undefined): T {
  if (operation === undefined) throw new ProviderError('internal', 'The location can do less than when it was opened first.');
  return operation;
}

/** Who calls a location knows of no other errors than these, and of those of its own body. */
function asProviderError(error: unknown, signal: AbortSignal): unknown {
  if (isHoldfastError(error)) return new ProviderError('unavailable', error.message, { cause: error });
  return signal.aborted && error === signal.reason ? cancelled(signal) : error;
}
