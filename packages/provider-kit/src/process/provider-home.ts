import { provide, type ProviderLogger, serviceTokens } from '@holdfast/core';
import type { JsonRecord, Location } from '@holdfast/core/provider-api';
import { newDataDirectory } from './data-directory.js';
import { memorySecrets } from './memory-secrets.js';
import { startWatchedHost, type WatchedHost } from './watched-host.js';

export interface ProviderHomeOptions {
  /** The provider package's folder. */
  readonly folder: string;
  /** The type's id. */
  readonly type: string;
  /** The location's id, the same in each home. */
  readonly locationId: string;
}

/** A data directory with one location, and real hosts that work with it: the provider runs in a process of its own, as its users have it. */
export interface ProviderHome extends AsyncDisposable {
  /** Adds the location as a user would: the settings are checked and the place is tried out. Rejects with the host's error. */
  add(config: JsonRecord): Promise<Location>;
  /** Opens the location in one more host, as the next command would. */
  open(): Promise<Location>;
  /** What the hosts and the provider logged. */
  log(): Promise<string>;
  /** Kills the provider's processes. */
  kill(): Promise<void>;
}

/** Lines of log that are kept. */
const logLines = 10_000;

export async function makeProviderHome({ folder, type, locationId }: ProviderHomeOptions): Promise<ProviderHome> {
  const { dataDir, ...directory } = await newDataDirectory();
  const lines: string[] = [];
  const services = [provide(serviceTokens.secrets, memorySecrets()), provide(serviceTokens.log, collecting(lines))];
  const hosts: WatchedHost[] = [];

  async function start(): Promise<WatchedHost> {
    const started = await startWatchedHost({ dataDir, folder, type, services });
    hosts.push(started);
    return started;
  }

  return {
    async add(config) {
      const { locations } = (await start()).host;
      const { id } = await locations.add({ provider: type, id: locationId, config });
      return locations.open(id);
    },
    open: async () => (await start()).host.locations.open(locationId),
    async log() {
      // All hosts have the provider's log in the one data directory.
      const [first] = hosts;
      const logged = first === undefined ? [] : await first.host.providerLog(first.name, { lines: logLines });
      return [...lines, ...logged].join('\n');
    },
    async kill() {
      await Promise.all(hosts.map((host) => host.kill()));
    },
    async [Symbol.asyncDispose]() {
      try {
        const closed = await Promise.allSettled(hosts.map((host) => host[Symbol.asyncDispose]()));
        for (const result of closed) if (result.status === 'rejected') throw result.reason;
      } finally {
        await directory[Symbol.asyncDispose]();
      }
    },
  };
}

function collecting(lines: string[]): ProviderLogger {
  const add = (level: string) => (message: string) => {
    if (lines.length < logLines) lines.push(`${level}: ${message}`);
  };
  return { debug: add('debug'), info: add('info'), warn: add('warn'), error: add('error') };
}
