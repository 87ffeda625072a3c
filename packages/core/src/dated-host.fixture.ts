import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost, initialiseDataDir } from './host.js';
import type { Host } from './host/host.js';
import { provide, serviceTokens } from './host/service-tokens.js';
import { memoryProvider, misbehaviours, stores } from './memory-provider.fixture.js';

/** A host over locations in memory whose clock stands still until it is set. */
export interface DatedHost extends AsyncDisposable {
  readonly host: Host;
  readonly dataDir: string;
  /** A folder with one small file. */
  readonly source: string;
  /** Milliseconds since 1970. */
  now: number;
  /** Makes a backup at a location, as a job does, or by hand. @returns its id */
  backUp(location: string, job?: string): Promise<string>;
  /** The ids of the backups at a location, the oldest first. */
  idsAt(location: string): string[];
  /** Changes a byte in the middle of a backup at a location; called again, changes it back. */
  damage(location: string, id: string): void;
}

export const day = 86_400_000;

export async function makeDatedHost(): Promise<DatedHost> {
  const folder = mkdtempSync(join(tmpdir(), 'dated-'));
  const dataDir = join(folder, 'data');
  const source = join(folder, 'docs');
  mkdirSync(source);
  writeFileSync(join(source, 'note.txt'), 'a note');
  await initialiseDataDir(dataDir, { instanceName: 'dated' });
  const place = { now: Date.parse('2027-03-01T12:00:00Z') };
  const clock = { now: () => new Date(place.now) };
  const services = [provide(serviceTokens.clock, clock)];
  const host = await createHost({ dataDir, providers: { inline: [memoryProvider] }, services });
  const tarOf = (location: string, id: string) => [...(stores.get(location)?.keys() ?? [])].find((key) => key.endsWith(`-${id}.tar`)) ?? '';
  return {
    host,
    dataDir,
    source,
    get now() {
      return place.now;
    },
    set now(time) {
      place.now = time;
    },
    async backUp(location, job) {
      const automatic = job === undefined ? {} : { automatic: { job } };
      const { backup } = await host.backups.create({ sources: [{ name: 'docs', path: source }], locations: [location], ...automatic });
      return backup.id;
    },
    idsAt: (location) =>
      [...(stores.get(location)?.keys() ?? [])].sort().flatMap((key) => /-([0-9a-f]{8})\.tar\.holdfast\.json$/.exec(key)?.[1] ?? []),
    damage(location, id) {
      const key = tarOf(location, id);
      const bytes = Buffer.from(stores.get(location)?.get(key) ?? []);
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      stores.get(location)?.set(key, bytes);
    },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
      misbehaviours.clear();
    },
  };
}
