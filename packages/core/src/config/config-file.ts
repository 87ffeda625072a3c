import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ensurePrivateFolder } from '../base/atomic-file.js';
import { inTurn, readDataFile, writeDataFile } from './data-file.js';
import type { JsonObject } from '../providers/schema-problem.js';
import { configError } from './errors.js';
import {
  configFormat,
  type ConfigSection,
  type Instance,
  parseStoredConfig,
  type StoredConfig,
  type StoredLocation,
  type StoredSettings,
} from './stored-config.js';

/** `config.json` of a data directory: who this host is, and its locations without their secrets. */
export interface ConfigFile {
  readonly path: string;
  readonly instance: Instance;
  /** As they were last read or written. */
  locations(): readonly StoredLocation[];
  /**
   * Changes the locations. What is in the file now is what `change` gets, so that what another process wrote meanwhile
   * isn't lost; a file that is damaged by now is not overwritten.
   */
  update(change: (locations: readonly StoredLocation[]) => readonly StoredLocation[]): Promise<void>;
  /** Reads what other processes wrote meanwhile. `config-damaged` if it can't be used any more. */
  refresh(): Promise<void>;
  /** As they were last read or written. */
  settings(): StoredSettings;
  /** As `update`, for the settings. */
  updateSettings(change: (settings: StoredSettings) => StoredSettings): Promise<void>;
  /** As they were last read or written. */
  section(name: ConfigSection): readonly JsonObject[];
  /** As `update`, for a section. */
  updateSection(name: ConfigSection, change: (entries: readonly JsonObject[]) => readonly JsonObject[]): Promise<void>;
}

/** Makes the data directory and its `config.json`. `already-initialised` if there is one. */
export async function createConfigFile(dataDir: string, options: { readonly instanceName?: string | undefined } = {}): Promise<ConfigFile> {
  const path = configPath(dataDir);
  await ensurePrivateFolder(dataDir);
  if ((await read(path)) !== undefined) throw configError('already-initialised', { file: path });
  const name = options.instanceName?.trim() || hostname();
  const config: StoredConfig = {
    version: configFormat,
    instance: { id: randomUUID(), name, createdAt: new Date().toISOString() },
    locations: [],
  };
  await writeDataFile(path, config);
  return configFile(path, config);
}

/** Opens the `config.json` of a data directory. `not-initialised` if there is none, `config-damaged` if it can't be used. */
export async function openConfigFile(dataDir: string): Promise<ConfigFile> {
  const path = configPath(dataDir);
  const config = await read(path);
  if (config === undefined) throw configError('not-initialised', { folder: dataDir });
  return configFile(path, config);
}

function configFile(path: string, opened: StoredConfig): ConfigFile {
  let current = opened;
  const replace = inTurn(path, async (change: (config: StoredConfig) => StoredConfig) => {
    const next = change(await readLatest());
    await writeDataFile(path, next);
    current = next;
  });

  async function readLatest(): Promise<StoredConfig> {
    const latest = await read(path);
    if (latest === undefined) throw configError('config-damaged', { file: path, reason: 'it has been removed' });
    return latest;
  }

  return {
    path,
    instance: opened.instance,
    locations: () => current.locations,
    async refresh() {
      current = await readLatest();
    },
    update: (change) => replace((config) => ({ ...config, locations: change(config.locations) })),
    settings: () => current.settings ?? {},
    updateSettings: (change) => replace((config) => ({ ...config, settings: change(config.settings ?? {}) })),
    section: (name) => current[name] ?? [],
    updateSection: (name, change) => replace((config) => ({ ...config, [name]: change(config[name] ?? []) })),
  };
}

function configPath(dataDir: string): string {
  return join(dataDir, 'config.json');
}

function read(path: string): Promise<StoredConfig | undefined> {
  return readDataFile(path, configFormat, parseStoredConfig);
}
