import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceHost } from './service-host.js';

export interface LendHostOptions {
  readonly dataDir: string;
  readonly open: () => Promise<ServiceHost>;
  readonly onReopened: (host: ServiceHost) => void;
  /** What other processes changed can't be used; what was known before still is. */
  readonly onFailed: (error: unknown) => void;
}

export interface LentHost extends AsyncDisposable {
  /** Runs with the host of now. */
  readonly use: <Result>(run: (host: ServiceHost) => Promise<Result>) => Promise<Result>;
  /** Opens the host anew for the next use. */
  reload(): void;
}

/** A host reads these when it is opened. */
const watched = ['config.json', 'keys.json', 'kit.json', 'providers/lock.json'];

interface Opened {
  readonly host: ServiceHost;
  users: number;
  replaced: boolean;
}

/**
 * A host that is opened anew when what it read was changed by another process: jobs, locations, keys, provider packages. Who uses the former
 * one keeps it until the end.
 */
export async function lendHost({ dataDir, open, onReopened, onFailed }: LendHostOptions): Promise<LentHost> {
  let seen = stampOf(dataDir);
  let current: Opened = { host: await open(), users: 0, replaced: false };
  let opening: Promise<void> | undefined;
  const lent = new Set([current]);

  async function reopen(stamp: string): Promise<void> {
    seen = stamp;
    try {
      const next: Opened = { host: await open(), users: 0, replaced: false };
      const before = current;
      current = next;
      lent.add(next);
      before.replaced = true;
      await closeUnused(before);
      onReopened(next.host);
    } catch (error) {
      // It is tried again at the next use.
      seen = '';
      onFailed(error);
    }
  }

  async function closeUnused(opened: Opened): Promise<void> {
    if (!opened.replaced || opened.users > 0 || !lent.delete(opened)) return;
    await opened.host[Symbol.asyncDispose]();
  }

  return {
    async use(run) {
      const stamp = stampOf(dataDir);
      if (opening === undefined && stamp !== seen)
        opening = reopen(stamp).finally(() => {
          opening = undefined;
        });
      await opening;
      const used = current;
      used.users += 1;
      try {
        return await run(used.host);
      } finally {
        used.users -= 1;
        await closeUnused(used);
      }
    },
    reload() {
      seen = '';
    },
    async [Symbol.asyncDispose]() {
      await opening;
      for (const { host } of lent) await host[Symbol.asyncDispose]();
      lent.clear();
    },
  };
}

/** Tells one version of the files from another: they are replaced as a whole. */
function stampOf(dataDir: string): string {
  return watched
    .map((name) => {
      const found = statSync(join(dataDir, name), { throwIfNoEntry: false });
      return found === undefined ? '-' : `${found.ino}:${found.mtimeMs}:${found.size}`;
    })
    .join(' ');
}
