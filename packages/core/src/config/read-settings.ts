import type { ProviderType } from '../providers/provider-package.js';
import type { JsonObject } from '../providers/schema-problem.js';
import { configError } from './errors.js';
import { contextFor, type LocationsOptions } from './location-context.js';
import { partSecrets } from './location-record.js';
import type { Secrets } from './secrets/secret-store.js';
import { type EarlierSettings, ownerOfEarlierSecrets, type StoredLocation } from './stored-config.js';
import { validateConfig } from './validate-config.js';

/** A location's settings as the provider's version that is in use wants them. */
export interface ReadSettings {
  /** Secrets included. */
  readonly config: JsonObject;
  /** The secret settings whose values are lost. With any, nothing was migrated. */
  readonly lost: readonly string[];
}

/** Reads a location's settings and secrets. Settings of an older version are migrated and stored; those from before are kept. */
export async function readSettings(options: LocationsOptions, stored: StoredLocation, signal: AbortSignal): Promise<ReadSettings> {
  const type = options.registry.type(stored.provider);
  const { settings, owner } = usableSettings(type, stored);
  const secrets = settings.secrets.length === 0 ? {} : await options.secrets.of(owner);
  const lost = settings.secrets.filter((name) => !Object.hasOwn(secrets, name));
  const named = Object.fromEntries(settings.secrets.flatMap((name) => (Object.hasOwn(secrets, name) ? [[name, secrets[name]]] : [])));
  const config = { ...settings.config, ...named };
  if (lost.length > 0 || settings.configVersion === type.configVersion) return { config, lost };

  const context = contextFor(options, type, stored.id, { firstUse: false, signal });
  const migrated = await options.registry.runtimeFor(type).migrate(type.id, settings.configVersion, config, context);
  const today = await validateConfig(type, migrated);
  // What was taken from before is not today's entry, and a newer version of the provider will want that one again.
  if (owner === stored.id) await storeMigrated(options, type, stored, secrets, today);
  return { config: today, lost: [] };
}

/** As {@link readSettings}, for who needs them whole. `location-secrets-missing` */
export async function readCompleteSettings(options: LocationsOptions, stored: StoredLocation, signal: AbortSignal): Promise<JsonObject> {
  const { config, lost } = await readSettings(options, stored, signal);
  if (lost.length === 0) return config;
  const store = options.secrets.path ?? `the secret store (${options.secrets.kind})`;
  throw configError('location-secrets-missing', { title: stored.title, location: stored.id, names: lost.join(', '), store });
}

/** Today's entry, or the one from before its migration where an older version of the provider is in use again. */
function usableSettings(type: ProviderType, stored: StoredLocation): { readonly settings: EarlierSettings; readonly owner: string } {
  if (stored.configVersion <= type.configVersion) return { settings: stored, owner: stored.id };
  const { before } = stored;
  if (before !== undefined && before.configVersion <= type.configVersion)
    return { settings: before, owner: ownerOfEarlierSecrets(stored.id) };
  const details = { title: stored.title, provider: type.id, version: stored.configVersion, known: type.configVersion };
  throw configError('location-config-too-new', details);
}

async function storeMigrated(
  { configFile, secrets }: LocationsOptions,
  type: ProviderType,
  stored: StoredLocation,
  secretsBefore: Secrets,
  config: JsonObject,
): Promise<void> {
  const { open, secrets: secretsNow } = partSecrets(type, config);
  const before: EarlierSettings = { configVersion: stored.configVersion, config: stored.config, secrets: stored.secrets };
  if (stored.secrets.length > 0) await secrets.set(ownerOfEarlierSecrets(stored.id), secretsBefore);
  const { place: _, ...rest } = stored;
  const today: StoredLocation = {
    ...rest,
    configVersion: type.configVersion,
    config: open,
    secrets: Object.keys(secretsNow),
    before,
  };
  await replaceSecrets(secrets, stored.id, secretsBefore, secretsNow, () =>
    configFile.update((locations) =>
      locations.map((location) => (location.id === stored.id ? { ...today, title: location.title } : location)),
    ),
  );
}

/**
 * Changes secrets together with the entry that names them. Between the two writes both sets are there, so that after a
 * crash whichever entry stands in `config.json` finds its own.
 */
export async function replaceSecrets(
  store: LocationsOptions['secrets'],
  owner: string,
  before: Secrets,
  now: Secrets,
  storeEntry: () => Promise<void>,
): Promise<void> {
  const names = Object.keys(now);
  const unchanged = names.length === Object.keys(before).length && names.every((name) => before[name] === now[name]);
  if (unchanged) return storeEntry();
  await store.set(owner, { ...before, ...now });
  try {
    await storeEntry();
  } catch (error) {
    await store.set(owner, before);
    throw error;
  }
  if (Object.keys(before).some((name) => !Object.hasOwn(now, name))) await store.set(owner, now);
}
