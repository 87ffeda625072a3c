import { isHoldfastError } from '../../base/errors.js';
import type { ProviderType } from '../../providers/provider-package.js';
import type { JsonObject } from '../../providers/schema-problem.js';
import { configError } from '../errors.js';
import { errorWithoutSecrets } from '../hide-secrets.js';
import { contextFor, type LocationsOptions, withGrants } from '../location-context.js';
import { chooseTitle, newLocationId } from '../location-names.js';
import { type LocationRecord, partSecrets, toRecord } from '../location-record.js';
import { refuseTakenPlace } from '../places.js';
import type { Secrets } from '../secrets/secret-store.js';
import type { StoredLocation } from '../stored-config.js';
import { findPlace } from '../try-location.js';
import { configInvalid, fieldErrorsOf, validateConfig } from '../validate-config.js';
import type { ExportedLocation } from './location-export.js';

// What this host makes, too: the id stands in the names of other things, such as the owners of secrets.
const usableId = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/** Checks one location by its type's schema and against the others, and stores it. `secrets` are those that came with it. */
export async function importLocation(
  options: LocationsOptions,
  exported: ExportedLocation,
  secrets: Secrets,
  signal: AbortSignal,
): Promise<{ readonly location: LocationRecord; readonly missingSecrets: readonly string[] }> {
  try {
    return await takeOver(options, exported, secrets, signal);
  } catch (error) {
    throw errorWithoutSecrets(error, Object.values(secrets));
  }
}

async function takeOver(options: LocationsOptions, exported: ExportedLocation, secrets: Secrets, signal: AbortSignal) {
  const { configFile, registry, secrets: store, log } = options;
  const type = registry.type(exported.provider);
  const missing = exported.secrets.filter((name) => !Object.hasOwn(secrets, name));
  const others = configFile.locations();
  const id = usableId.test(exported.id) && !others.some((other) => other.id === exported.id) ? exported.id : newLocationId(type.id, others);
  const { config, configVersion } = await currentSettings(options, type, exported, { ...exported.config, ...secrets }, missing, id, signal);
  const parted = partSecrets(type, config);
  const entry: StoredLocation = {
    id,
    title: chooseTitle(exported.title, type.label, others),
    provider: type.id,
    configVersion,
    config: parted.open,
    secrets: [...new Set([...Object.keys(parted.secrets), ...missing])],
    ...(missing.length === 0 ? {} : { needsReauth: true as const }),
  };
  const stored = await withGrants(options, type, config, () => withPlace(options, type, config, entry, signal));
  signal.throwIfAborted();
  // Secrets first: a location without them could not be opened. And none is no reason to ask for the store's passphrase.
  const hasSecrets = Object.keys(parted.secrets).length > 0;
  if (hasSecrets) await store.set(id, parted.secrets);
  try {
    await configFile.update((locations) => {
      // Another process may have added one meanwhile.
      chooseTitle(stored.title, type.label, locations);
      refuseTakenPlace(stored, locations);
      return [...locations, stored];
    });
  } catch (error) {
    if (hasSecrets) {
      await store
        .set(id, undefined)
        .catch((reason: unknown) => log.warn(`The secrets of ${id} could not be removed again: ${String(reason)}`));
    }
    throw error;
  }
  log.info(`Imported location "${stored.title}" (${id}).`);
  return { location: toRecord(stored), missingSecrets: missing };
}

/** The settings as the installed provider wants them. Where secrets are missing, older ones stay as they are until these are entered. */
async function currentSettings(
  options: LocationsOptions,
  type: ProviderType,
  { title, configVersion }: ExportedLocation,
  config: JsonObject,
  missing: readonly string[],
  id: string,
  signal: AbortSignal,
): Promise<{ readonly config: JsonObject; readonly configVersion: number }> {
  if (configVersion > type.configVersion) {
    throw configError('location-config-too-new', { title, provider: type.id, version: configVersion, known: type.configVersion });
  }
  if (configVersion === type.configVersion) return { config: await checkedBySchema(type, config, missing), configVersion };
  if (missing.length > 0) return { config, configVersion };
  const context = contextFor(options, type, id, { firstUse: false, signal });
  const migrated = await options.registry.runtimeFor(type).migrate(type.id, configVersion, config, context);
  return { config: await validateConfig(type, migrated), configVersion: type.configVersion };
}

/** Missing secrets are no fault, so what the schema says of them doesn't count. */
async function checkedBySchema(type: ProviderType, config: JsonObject, missing: readonly string[]): Promise<JsonObject> {
  const expected = missing.filter((name) => type.secretFields.includes(name));
  if (expected.length === 0) return validateConfig(type, config);
  const filled = { ...config, ...Object.fromEntries(expected.map((name) => [name, '********'])) };
  try {
    const checked = await validateConfig(type, filled);
    return Object.fromEntries(Object.entries(checked).filter(([name]) => !expected.includes(name)));
  } catch (error) {
    if (!isHoldfastError(error, 'config-invalid')) throw error;
    const faults = fieldErrorsOf(error).filter(({ field }) => !expected.includes(field));
    if (faults.length > 0) throw configInvalid(type.id, faults);
    return config;
  }
}

/** The entry with its place. A place that the provider can't tell now, as it can't be reached or for lack of secrets, is told when the location is used. */
async function withPlace(
  options: LocationsOptions,
  type: ProviderType,
  config: JsonObject,
  entry: StoredLocation,
  signal: AbortSignal,
): Promise<StoredLocation> {
  try {
    return await findPlace(options, { type, config, stored: entry, call: signal });
  } catch (error) {
    if (isHoldfastError(error, 'location-exists') || isHoldfastError(error, 'location-overlaps')) throw error;
    signal.throwIfAborted();
    options.log.warn(
      `Where location "${entry.title}" is could not be found out: ${error instanceof Error ? error.message : String(error)}`,
    );
    refuseTakenPlace(entry, options.configFile.locations());
    return entry;
  }
}
