import { setTimeout } from 'node:timers/promises';
import { createHost, type Host, type HostOptions } from '@holdfast/core';

/** A host whose provider's processes are kept an eye on. Disposing of it fails if one of them outlives it. */
export interface WatchedHost extends AsyncDisposable {
  readonly host: Host;
  /** The package's name. */
  readonly name: string;
  /** Kills the provider's process, as a crash would. The host starts another one with the next call, however often that was. */
  kill(): Promise<void>;
}

export interface WatchedHostOptions extends Pick<HostOptions, 'dataDir' | 'services'> {
  /** The provider package's folder. */
  readonly folder: string;
  /** The type's id. */
  readonly type: string;
}

/** How long a killed process, and the host's note on it, may take, milliseconds. */
const patience = 10_000;

export async function startWatchedHost({ folder, type, ...options }: WatchedHostOptions): Promise<WatchedHost> {
  // `shared`, as several work with one data directory, of which only the first changes anything.
  const host = await createHost({ ...options, providers: { folders: [folder] }, isolation: 'process', access: 'shared' });
  const started = new Set<number>();
  const waiting = new Set<() => void>();
  const [problem] = host.providers.problems();
  if (problem !== undefined) {
    await host[Symbol.asyncDispose]();
    throw problem.error;
  }
  const { name } = host.providers.type(type).package;
  host.events.on('provider', (event) => {
    if ('status' in event && event.status.pid !== undefined) started.add(event.status.pid);
    if (['crashed', 'stopped', 'idle'].includes(event.type)) for (const wake of waiting) wake();
  });

  /** Those that run. A number may be another process's later, so who was gone once is not asked about again. */
  function alive(): readonly number[] {
    for (const pid of started) if (!isAlive(pid)) started.delete(pid);
    return [...started];
  }

  async function killAll(): Promise<void> {
    for (const pid of alive()) process.kill(pid, 'SIGKILL');
    const since = performance.now();
    while (alive().length > 0) {
      if (performance.now() - since > patience) throw new Error(`The process ${alive().join(', ')} can't be killed.`);
      await setTimeout(10);
    }
  }

  return {
    host,
    name,
    async kill() {
      if (alive().length === 0) return;
      const stop = new AbortController();
      const noted = new Promise<void>((resolve) => waiting.add(resolve));
      await killAll();
      await Promise.race([noted, setTimeout(patience, undefined, { signal: stop.signal })]);
      stop.abort();
      waiting.clear();
      // Else it would wait longer after each crash, and stop after the third. The note on this one is written in a moment.
      await setTimeout(50);
      await host.enableProvider(name);
    },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      const left = alive();
      await killAll();
      if (left.length > 0) throw new Error(`The provider's process ${left.join(', ')} went on when its host had ended.`);
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
