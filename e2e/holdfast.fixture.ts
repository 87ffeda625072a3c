import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('..', import.meta.url));
export const holdfastBin = join(repository, 'packages/cli/bin/holdfast.js');

export interface Workplace {
  readonly folder: string;
  readonly dataDir: string;
  /** The folder of its one location. */
  readonly location: string;
  run(...args: string[]): SpawnSyncReturns<string>;
  /** Runs with --json; fails unless it succeeds, with or without warnings. */
  json(...args: string[]): unknown;
  remove(): void;
}

export interface ListedBackup {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly origin: string;
  readonly encrypted: boolean;
  readonly sources: readonly string[];
}

/** A data directory with one local location, in a temporary folder. */
export function makeWorkplace(locationFolder?: string): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
  const dataDir = join(folder, 'data');
  const location = locationFolder ?? join(folder, 'location');
  mkdirSync(location, { recursive: true });
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [holdfastBin, '--data-dir', dataDir, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      env: plainEnvironment(),
    });
  const json = (...args: string[]): unknown => {
    const done = run('--json', ...args);
    if (done.status !== 0 && done.status !== 3)
      throw new Error(`holdfast ${args.join(' ')} ended with ${done.status}:\n${done.stdout}${done.stderr}`);
    return JSON.parse(done.stdout);
  };
  json('init');
  json('location', 'add', 'local', '--path', location);
  return { folder, dataDir, location, run, json, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function listBackups(place: Workplace, ...args: string[]): readonly ListedBackup[] {
  return (place.json('backup', 'list', ...args) as { backups: readonly ListedBackup[] }).backups;
}

/** Nothing of a developer's own: neither settings nor the keyring. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const {
    HOLDFAST_DATA_DIR: _1,
    HOLDFAST_KEY: _2,
    HOLDFAST_PROVIDER_PATH: _3,
    FORCE_COLOR: _4,
    HOLDFAST_ISOLATION: _5,
    ...environment
  } = process.env;
  return { ...environment, HOLDFAST_SECRETS: 'file' };
}
