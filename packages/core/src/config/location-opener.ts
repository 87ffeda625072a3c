import type { Location } from '../provider-api/index.js';
import { contextFor, type LocationsOptions } from './location-context.js';
import { locationFailure } from './location-failure.js';
import { readCompleteSettings } from './read-settings.js';
import type { StoredLocation } from './stored-config.js';

/** Opens a stored location with its secrets. Settings of an older version are migrated and stored. */
export async function openStored(options: LocationsOptions, stored: StoredLocation, signal: AbortSignal): Promise<Location> {
  const type = options.registry.type(stored.provider);
  try {
    const config = await readCompleteSettings(options, stored, signal);
    return await options.registry.runtimeFor(type).open(type.id, config, contextFor(options, type, stored.id, { firstUse: false, signal }));
  } catch (error) {
    throw locationFailure(stored, error);
  }
}
