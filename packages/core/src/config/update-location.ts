import type { OpenedLocation } from './add-location.js';
import { configError } from './errors.js';
import { type LocationsOptions, withGrants } from './location-context.js';
import { unknownLocation } from './location-names.js';
import { partSecrets } from './location-record.js';
import { refuseTakenPlace } from './places.js';
import { replaceSecrets } from './read-settings.js';
import type { Secrets } from './secrets/secret-store.js';
import { ownerOfEarlierSecrets, type StoredLocation } from './stored-config.js';
import { findPlace, isSamePlace, tryLocation, withKnownPlace } from './try-location.js';
import { validateConfig } from './validate-config.js';

export interface UpdateLocation {
  /** All settings, secrets included. */
  readonly config: unknown;
  /** True to refuse settings that lead to another place (`location-elsewhere`), as far as the provider says where they lead. */
  readonly samePlace?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ChangedLocation extends OpenedLocation {
  /** True if it is at another place now. What was stored at the old one is still there. */
  readonly moved: boolean;
}

/** Tries other settings for a location out, and only then stores them in place of its own. `lifetime` fires when it is closed. */
export async function updateLocation(
  options: LocationsOptions,
  current: StoredLocation,
  wanted: UpdateLocation,
  lifetime: AbortSignal,
): Promise<ChangedLocation> {
  const { configFile, secrets: store, registry } = options;
  const type = registry.type(current.provider);
  const config = await validateConfig(type, wanted.config);
  const { open, secrets } = partSecrets(type, config);
  const { needsReauth: _, ...kept } = current;
  const entry = { ...kept, configVersion: type.configVersion, config: open, secrets: Object.keys(secrets) };
  const candidate = { type, config, stored: entry, call: wanted.signal ?? lifetime };

  return withGrants(options, type, config, async () => {
    let stored = await findPlace(options, candidate);
    const before = await withKnownPlace(options, current, candidate.call);
    const moved = !isSamePlace(stored, before);
    // Without places, the provider alone can know.
    const knownToMove = moved && stored.place !== undefined && before.place !== undefined;
    if (wanted.samePlace === true && knownToMove) throw configError('location-elsewhere', { title: current.title, location: current.id });
    const { location, notices } = await tryLocation(options, candidate, { firstUse: moved && wanted.samePlace !== true, lifetime });
    try {
      if (moved) stored = await findPlace(options, candidate);
      const { before: settingsBefore, ...rest } = stored;
      const secretsBefore = current.secrets.length === 0 ? {} : await store.of(current.id);
      const today = moved || settingsBefore === undefined ? rest : stored;
      await replaceSecrets(store, current.id, secretsBefore, secrets, () =>
        configFile.update((locations) => {
          if (!locations.some(({ id }) => id === current.id)) throw unknownLocation(current.id, locations);
          refuseTakenPlace(stored, locations);
          return locations.map((other) => (other.id === current.id ? { ...today, title: other.title } : other));
        }),
      );
      await carryOver(store, current, today, secrets);
      return { stored: today, location, notices, moved };
    } catch (error) {
      await location[Symbol.asyncDispose]();
      throw error;
    }
  });
}

/** The settings from before a migration get the new credentials as well: an older version of the provider could not use the old ones. */
async function carryOver(
  store: LocationsOptions['secrets'],
  current: StoredLocation,
  { before }: StoredLocation,
  secrets: Secrets,
): Promise<void> {
  if (current.before === undefined || current.before.secrets.length === 0) return;
  const owner = ownerOfEarlierSecrets(current.id);
  if (before === undefined) return store.set(owner, undefined);
  const renewed = before.secrets.flatMap((name) => (secrets[name] === undefined ? [] : [[name, secrets[name]] as const]));
  await store.set(owner, { ...(await store.of(owner)), ...Object.fromEntries(renewed) });
}
