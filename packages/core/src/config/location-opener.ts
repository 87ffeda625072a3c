import type { Location, ProviderContext, ProviderLogger } from '../provider-api/index.js';
import type { ProviderType } from '../providers/provider-package.js';
import type { ProviderRegistry } from '../providers/registry.js';
import type { JsonObject } from '../providers/schema-problem.js';
import type { ConfigFile } from './config-file.js';
import { configError } from './errors.js';
import { locationFailure } from './location-failure.js';
import { partSecrets } from './location-record.js';
import type { SecretsFile } from './secrets-file.js';
import type { StoredLocation } from './stored-config.js';
import { validateConfig } from './validate-config.js';

export interface LocationsOptions {
  readonly configFile: ConfigFile;
  readonly secretsFile: SecretsFile;
  readonly registry: ProviderRegistry;
  readonly log: ProviderLogger;
}

/** Opens a stored location with its secrets. Settings of an older version are migrated and stored. */
export async function openStored(options: LocationsOptions, stored: StoredLocation, signal: AbortSignal): Promise<Location> {
  const type = options.registry.type(stored.provider);
  const context = contextFor(options.log, stored.id, { firstUse: false, signal });
  try {
    const config = await currentConfig(options, type, stored, context);
    return await options.registry.runtimeFor(type).open(type.id, config, context);
  } catch (error) {
    throw locationFailure(stored, error);
  }
}

export function contextFor(log: ProviderLogger, locationId: string, rest: Pick<ProviderContext, 'firstUse' | 'signal'>): ProviderContext {
  const named = (message: string) => `[${locationId}] ${message}`;
  return {
    locationId,
    ...rest,
    log: {
      debug: (message) => log.debug(named(message)),
      info: (message) => log.info(named(message)),
      warn: (message) => log.warn(named(message)),
      error: (message) => log.error(named(message)),
    },
  };
}

async function currentConfig(
  options: LocationsOptions,
  type: ProviderType,
  stored: StoredLocation,
  context: ProviderContext,
): Promise<JsonObject> {
  const complete = { ...stored.config, ...(await secretsOf(options.secretsFile, stored)) };
  if (stored.configVersion === type.configVersion) return complete;
  if (stored.configVersion > type.configVersion) {
    const details = { title: stored.title, provider: type.id, version: stored.configVersion, known: type.configVersion };
    throw configError('location-config-too-new', details);
  }
  const migrated = await options.registry.runtimeFor(type).migrate(type.id, stored.configVersion, complete, context);
  const config = await validateConfig(type, migrated);
  await storeMigrated(options, type, stored, config);
  return config;
}

/** Secrets first: what they are called is then never in `config.json` without them. */
async function storeMigrated(
  { configFile, secretsFile }: LocationsOptions,
  type: ProviderType,
  stored: StoredLocation,
  config: JsonObject,
): Promise<void> {
  const { open, secrets } = partSecrets(type, config);
  await secretsFile.set(stored.id, secrets);
  const today = { configVersion: type.configVersion, config: open, secrets: Object.keys(secrets) };
  await configFile.update((locations) => locations.map((location) => (location.id === stored.id ? { ...location, ...today } : location)));
}

async function secretsOf(file: SecretsFile, stored: StoredLocation): Promise<Readonly<Record<string, string>>> {
  if (stored.secrets.length === 0) return {};
  const secrets = await file.of(stored.id);
  const missing = stored.secrets.filter((name) => !Object.hasOwn(secrets, name));
  if (missing.length > 0)
    throw configError('location-secrets-missing', { title: stored.title, names: missing.join(', '), file: file.path });
  return secrets;
}
