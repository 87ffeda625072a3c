import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DependencyContainer, type InjectionToken, container as root, instanceCachingFactory } from 'tsyringe';
import { type Backups, createBackups } from './backups/backups.js';
import { cancellable } from './backups/cancellation.js';
import { examine, type Finding } from './backups/doctor.js';
import { openJournal } from './backups/journal.js';
import { createKits, type Kits } from './backups/kits.js';
import { openSealLog } from './backups/seal/seal-log.js';
import type { BackupServices } from './backups/services.js';
import { isHoldfastError } from './base/errors.js';
import { type ConfigFile, createConfigFile, openConfigFile } from './config/config-file.js';
import { createLocations, type Locations } from './config/locations.js';
import { openSecretsFile, type SecretsFile } from './config/secrets-file.js';
import { createSettings, type Settings } from './config/settings.js';
import type { Instance } from './config/stored-config.js';
import { type KeyStore, openKeyStore } from './keys/key-store.js';
import { type KitRecord, openKitRecord } from './keys/kit-record.js';
import type { ProviderLogger } from './provider-api/index.js';
import type { InlineProvider } from './providers/inline-provider.js';
import { openProviderRegistry, type ProviderRegistry } from './providers/registry.js';

export interface HostOptions {
  /** The folder with the host's configuration, keys and state. */
  readonly dataDir: string;
  /** Where provider packages are: each folder is one, or holds some (also in `@scope` folders). `<dataDir>/providers` is looked into as well. */
  readonly providerFolders?: readonly string[];
  /** Providers that the app brings along itself. */
  readonly inlineProviders?: readonly InlineProvider[];
  /** Default: nothing is logged. */
  readonly log?: ProviderLogger;
}

/** A running core: what an app embeds, and what the command line drives. Close it when done. */
export interface Host extends AsyncDisposable {
  readonly dataDir: string;
  readonly instance: Instance;
  readonly providers: ProviderRegistry;
  readonly locations: Locations;
  readonly keys: KeyStore;
  readonly kit: Kits;
  /** What `backups.create` does where it is not told otherwise. */
  readonly settings: Settings;
  readonly backups: Backups;
  /** Looks at all that a backup and a restore will need. */
  doctor(options?: { readonly signal?: AbortSignal }): Promise<Finding[]>;
}

function token<T>(name: string): InjectionToken<T> {
  return Symbol(name);
}

const tokens = {
  log: token<ProviderLogger>('log'),
  configFile: token<ConfigFile>('configFile'),
  secretsFile: token<SecretsFile>('secretsFile'),
  keys: token<KeyStore>('keys'),
  kitRecord: token<KitRecord>('kitRecord'),
  providers: token<ProviderRegistry>('providers'),
  locations: token<Locations>('locations'),
  settings: token<Settings>('settings'),
  services: token<BackupServices>('services'),
  backups: token<Backups>('backups'),
  kits: token<Kits>('kits'),
};

const silent: ProviderLogger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Makes a data directory ready: its configuration and an encryption key. What is there already stays as it is.
 *
 * @returns whether anything was made
 */
export async function initialiseDataDir(
  dataDir: string,
  options: { readonly instanceName?: string } = {},
): Promise<{ readonly created: boolean }> {
  let created = true;
  try {
    await createConfigFile(dataDir, options);
  } catch (error) {
    if (!isHoldfastError(error, 'already-initialised')) throw error;
    created = false;
  }
  const keys = await openKeyStore(dataDir);
  if (keys.current() !== undefined) return { created };
  try {
    await keys.create();
  } catch (error) {
    // Another process was faster.
    if (!isHoldfastError(error, 'key-exists')) throw error;
  }
  return { created: true };
}

/** Opens a data directory. No provider's code runs yet. @throws `not-initialised` and what is wrong with its files */
export async function createHost(options: HostOptions): Promise<Host> {
  const dataDir = resolve(options.dataDir);
  const container = root.createChildContainer();
  container.registerInstance(tokens.log, options.log ?? silent);
  container.registerInstance(tokens.configFile, await openConfigFile(dataDir));
  container.registerInstance(tokens.secretsFile, openSecretsFile(dataDir, container.resolve(tokens.log)));
  container.registerInstance(tokens.keys, await openKeyStore(dataDir));
  container.registerInstance(tokens.kitRecord, await openKitRecord(dataDir));
  const installed = join(dataDir, 'providers');
  const folders = [...(options.providerFolders ?? []), ...(existsSync(installed) ? [installed] : [])];
  container.registerInstance(tokens.providers, await openProviderRegistry({ folders, inline: options.inlineProviders ?? [] }));
  registerServices(container, dataDir);

  const log = container.resolve(tokens.log);
  const keys = container.resolve(tokens.keys);
  for (const warning of keys.warnings) log.warn(warning);
  return {
    dataDir,
    instance: container.resolve(tokens.configFile).instance,
    providers: container.resolve(tokens.providers),
    locations: container.resolve(tokens.locations),
    keys,
    kit: container.resolve(tokens.kits),
    settings: container.resolve(tokens.settings),
    backups: container.resolve(tokens.backups),
    doctor: ({ signal } = {}) =>
      cancellable(signal, (effective) => examine(container.resolve(tokens.services), container.resolve(tokens.kitRecord), effective)),
    async [Symbol.asyncDispose]() {
      await container.resolve(tokens.locations)[Symbol.asyncDispose]();
      await container.resolve(tokens.providers)[Symbol.asyncDispose]();
    },
  };
}

function registerServices(container: DependencyContainer, dataDir: string): void {
  const single = <T>(token: InjectionToken<T>, make: (get: DependencyContainer) => T) =>
    container.register<T>(token, { useFactory: instanceCachingFactory(make) });
  single(tokens.locations, (get) =>
    createLocations({
      configFile: get.resolve(tokens.configFile),
      secretsFile: get.resolve(tokens.secretsFile),
      registry: get.resolve(tokens.providers),
      log: get.resolve(tokens.log),
    }),
  );
  single(tokens.services, (get) => ({
    dataDir,
    instance: get.resolve(tokens.configFile).instance,
    providers: get.resolve(tokens.providers),
    locations: get.resolve(tokens.locations),
    keys: get.resolve(tokens.keys),
    journal: openJournal(join(dataDir, 'journal')),
    sealLog: openSealLog(dataDir),
    log: get.resolve(tokens.log),
  }));
  single(tokens.settings, (get) => createSettings(get.resolve(tokens.configFile)));
  single(tokens.backups, (get) => {
    const backups = createBackups(get.resolve(tokens.services));
    return { ...backups, create: (options) => backups.create({ ...get.resolve(tokens.settings).get(), ...options }) };
  });
  single(tokens.kits, (get) => createKits(get.resolve(tokens.services), get.resolve(tokens.kitRecord)));
}
