import { type LocationsOptions, withGrants } from './location-context.js';
import { chooseTitle, newLocationId } from './location-names.js';
import { partSecrets } from './location-record.js';
import { refuseTakenPlace } from './places.js';
import type { StoredLocation } from './stored-config.js';
import { findPlace, type TriedLocation, tryLocation } from './try-location.js';
import { validateConfig } from './validate-config.js';

export interface AddLocation {
  /** The provider type's id. */
  readonly provider: string;
  /** Default: the type's label, with a number if it is taken. */
  readonly title?: string | undefined;
  /** The settings, secrets included. */
  readonly config: unknown;
  /** Default: a new one. One that is taken is replaced by a new one. */
  readonly id?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface OpenedLocation extends TriedLocation {
  readonly stored: StoredLocation;
}

/** Checks the settings, tries the place out, and only then stores the location. `lifetime` fires when it is closed. */
export async function addLocation(options: LocationsOptions, wanted: AddLocation, lifetime: AbortSignal): Promise<OpenedLocation> {
  const { configFile, secrets: store, registry, log } = options;
  // Somebody may have thought about the settings for a while.
  await configFile.refresh();
  const type = registry.type(wanted.provider);
  const config = await validateConfig(type, wanted.config);
  const { open, secrets } = partSecrets(type, config);
  const hasSecrets = Object.keys(secrets).length > 0;
  const others = configFile.locations();
  const title = chooseTitle(wanted.title, type.label, others);
  const id = wanted.id === undefined || others.some((other) => other.id === wanted.id) ? newLocationId(type.id, others) : wanted.id;
  const entry = { id, title, provider: type.id, configVersion: type.configVersion, config: open, secrets: Object.keys(secrets) };
  const candidate = { type, config, stored: entry, call: wanted.signal ?? lifetime };

  return withGrants(options, type, config, async () => {
    await findPlace(options, candidate);
    const { location, notices } = await tryLocation(options, candidate, { firstUse: true, lifetime });
    try {
      // A folder that was only just made may be somewhere else than it seemed.
      const stored = await findPlace(options, candidate);
      // Secrets first: a location without them could not be opened. And none is no reason to ask for the store's passphrase.
      if (hasSecrets) await store.set(id, secrets);
      await configFile.update((locations) => {
        // Another process may have added one meanwhile.
        chooseTitle(title, type.label, locations);
        refuseTakenPlace(stored, locations);
        return [...locations, stored];
      });
      return { stored, location, notices };
    } catch (error) {
      await location[Symbol.asyncDispose]();
      if (hasSecrets) {
        await store
          .set(id, undefined)
          .catch((reason: unknown) => log.warn(`The secrets of ${id} could not be removed again: ${String(reason)}`));
      }
      throw error;
    }
  });
}
