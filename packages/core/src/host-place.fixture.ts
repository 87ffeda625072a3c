import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreateBackupOptions, CreateBackupResult } from './backups/create-backup.js';
import type { LocationRecord } from './config/location-record.js';
import { createHost, initialiseDataDir } from './host.js';
import type { Host } from './host/host.js';
import type { HostOptions } from './host/host-options.js';
import { memoryProvider, misbehaviours, stores } from './memory-provider.fixture.js';

/** A host over locations in memory, and a folder to back up. */
export interface HostPlace extends AsyncDisposable {
  readonly folder: string;
  readonly dataDir: string;
  /** A folder with `canary-name.txt` and `large`. */
  readonly source: string;
  readonly host: Host;
  /** Closes the host, and opens one again over the data directory, or over a new one. */
  reopen(options?: { readonly fresh?: boolean }): Promise<void>;
  addLocation(name: string, provider?: string): Promise<LocationRecord>;
  create(options?: Partial<CreateBackupOptions>): Promise<CreateBackupResult>;
  keysAt(name: string): string[];
}

/** @param options what the host is opened with besides */
export async function makeHostPlace(options: Partial<HostOptions> = {}): Promise<HostPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'host-'));
  const dataDir = join(folder, 'data');
  const source = join(folder, 'docs');
  mkdirSync(source);
  writeFileSync(join(source, 'canary-name.txt'), 'canary content');
  writeFileSync(join(source, 'large'), Buffer.alloc(3_000_000, 'not very random but long enough '));
  await initialiseDataDir(dataDir, { instanceName: 'test' });
  const open = () => createHost({ dataDir, providers: { inline: [memoryProvider] }, ...options });
  let host = await open();
  return {
    folder,
    dataDir,
    source,
    get host() {
      return host;
    },
    async reopen({ fresh = false } = {}) {
      await host[Symbol.asyncDispose]();
      if (fresh) rmSync(dataDir, { recursive: true });
      await initialiseDataDir(dataDir);
      host = await open();
    },
    addLocation: (name, provider = 'memory') => host.locations.add({ provider, title: name, config: { name } }),
    create: (options = {}) => host.backups.create({ sources: [{ name: 'docs', path: source }], ...options }),
    keysAt: (name) => [...(stores.get(name)?.keys() ?? [])].sort(),
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
      stores.clear();
      misbehaviours.clear();
    },
  };
}
