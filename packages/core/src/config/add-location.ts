import { isDeepStrictEqual } from 'node:util';
import { isProviderError, type Location, type ProviderContext } from '../provider-api/index.js';
import type { ProviderType } from '../providers/provider-package.js';
import type { JsonObject } from '../providers/schema-problem.js';
import { configError } from './errors.js';
import { locationFailure } from './location-failure.js';
import { chooseTitle, newLocationId } from './location-names.js';
import { contextFor, type LocationsOptions } from './location-opener.js';
import { partSecrets } from './location-record.js';
import type { StoredLocation } from './stored-config.js';
import { configInvalid, validateConfig } from './validate-config.js';

export interface AddLocation {
  /** The provider type's id. */
  readonly provider: string;
  /** Default: the type's label, with a number if it is taken. */
  readonly title?: string | undefined;
  /** The settings, secrets included. */
  readonly config: unknown;
  readonly signal?: AbortSignal | undefined;
}

export interface AddedLocation {
  readonly stored: StoredLocation;
  readonly location: Location;
}

/** Checks the settings, tries the place out, and only then stores the location. `lifetime` fires when it is closed. */
export async function addLocation(options: LocationsOptions, wanted: AddLocation, lifetime: AbortSignal): Promise<AddedLocation> {
  const { configFile, secretsFile, registry, log } = options;
  const type = registry.type(wanted.provider);
  const config = await validateConfig(type, wanted.config);
  const { open, secrets } = partSecrets(type, config);
  const others = configFile.locations();
  const title = chooseTitle(wanted.title, type.label, others);
  refuseSamePlace(type, open, others);
  const id = newLocationId(type.id, others);
  const stored: StoredLocation = {
    id,
    title,
    provider: type.id,
    configVersion: type.configVersion,
    config: open,
    secrets: Object.keys(secrets),
  };
  const call = wanted.signal ?? lifetime;
  await validateInTheWorld(options, type, config, contextFor(log, id, { firstUse: true, signal: call }), stored);
  const location = await openFirst(options, type, config, contextFor(log, id, { firstUse: true, signal: lifetime }), stored);
  try {
    await location.check?.({ signal: call });
    // Secrets first: a location without them could not be opened.
    await secretsFile.set(id, secrets);
    await configFile.update((locations) => {
      chooseTitle(title, type.label, locations);
      return [...locations, stored];
    });
    return { stored, location };
  } catch (error) {
    await location[Symbol.asyncDispose]();
    await secretsFile
      .set(id, undefined)
      .catch((reason: unknown) => log.warn(`The secrets of ${id} could not be removed again: ${String(reason)}`));
    throw settingsFailure(type, stored, error);
  }
}

function refuseSamePlace(type: ProviderType, config: JsonObject, others: readonly StoredLocation[]): void {
  const same = others.find((other) => other.provider === type.id && isDeepStrictEqual(other.config, config));
  if (same !== undefined) throw configError('location-exists', { title: same.title, location: same.id });
}

async function validateInTheWorld(
  { registry }: LocationsOptions,
  type: ProviderType,
  config: JsonObject,
  context: ProviderContext,
  stored: StoredLocation,
): Promise<void> {
  try {
    const errors = await registry.runtimeFor(type).validate(type.id, config, context);
    if (errors.length > 0) throw configInvalid(type, errors);
  } catch (error) {
    throw settingsFailure(type, stored, error);
  }
}

async function openFirst(
  { registry }: LocationsOptions,
  type: ProviderType,
  config: JsonObject,
  context: ProviderContext,
  stored: StoredLocation,
): Promise<Location> {
  try {
    return await registry.runtimeFor(type).open(type.id, config, context);
  } catch (error) {
    throw settingsFailure(type, stored, error);
  }
}

/** A failure that names a setting is shown at that setting. */
function settingsFailure(type: ProviderType, stored: StoredLocation, error: unknown): Error {
  if (!isProviderError(error) || error.code !== 'invalid-config') return locationFailure(stored, error);
  return configInvalid(type, [{ field: error.field ?? 'base', message: error.message }], error);
}
