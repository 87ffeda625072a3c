import { isProviderError, type Location, type Notice, type Place } from '../provider-api/index.js';
import type { ProviderType } from '../providers/provider-package.js';
import type { JsonObject } from '../providers/schema-problem.js';
import { errorWithoutSecrets } from './hide-secrets.js';
import { contextFor, type LocationsOptions } from './location-context.js';
import { locationFailure } from './location-failure.js';
import { partSecrets } from './location-record.js';
import { resolveNotices } from './notices.js';
import { overlapOfLocations, placeOf, refuseTakenPlace } from './places.js';
import { readSettings } from './read-settings.js';
import type { StoredLocation } from './stored-config.js';
import { resolveFieldErrors, textResolver } from './texts.js';
import { configInvalid } from './validate-config.js';

/** Settings that satisfy the schema, and the location that they would make. */
export interface Candidate {
  readonly type: ProviderType;
  /** Secrets included. */
  readonly config: JsonObject;
  readonly stored: StoredLocation;
  /** Fires when the answer is no longer wanted. */
  readonly call: AbortSignal;
}

/** The candidate's entry with its place, which is no other location's. `location-exists`, `location-overlaps` */
export async function findPlace(options: LocationsOptions, candidate: Candidate): Promise<StoredLocation> {
  const { type, config, stored, call } = candidate;
  const { place: _, ...withoutPlace } = stored;
  const context = contextFor(options, type, stored.id, { firstUse: false, signal: call });
  const place = await attempt(candidate, () => placeOf(options.registry, type, config, context));
  const wanted = place === undefined ? withoutPlace : { ...withoutPlace, place };
  refuseTakenPlace(wanted, await withPlaces(options, wanted, call));
  return wanted;
}

/** True if the entries are at the same place, as far as is known. */
export function isSamePlace(stored: StoredLocation, other: StoredLocation): boolean {
  return overlapOfLocations(stored, other) === 'same';
}

/** A location that works. */
export interface TriedLocation {
  /** It is open. */
  readonly location: Location;
  /** What its user should know all the same, with its texts. */
  readonly notices: readonly Notice[];
}

/** Tests the settings in the world, opens the location and proves that it works. `lifetime` fires when it is closed. */
export async function tryLocation(
  options: LocationsOptions,
  candidate: Candidate,
  { firstUse, lifetime }: { readonly firstUse: boolean; readonly lifetime: AbortSignal },
): Promise<TriedLocation> {
  const { type, config, stored, call } = candidate;
  const resolve = textResolver(type, options.log);
  const runtime = options.registry.runtimeFor(type);
  return attempt(candidate, async () => {
    const errors = await runtime.validate(type.id, config, contextFor(options, type, stored.id, { firstUse, signal: call }));
    if (errors.length > 0) throw configInvalid(type.id, resolveFieldErrors(errors, resolve));
    const location = await runtime.open(type.id, config, contextFor(options, type, stored.id, { firstUse, signal: lifetime }));
    try {
      const notices = await location.check?.({ signal: call });
      return { location, notices: resolveNotices(notices, resolve, Object.values(partSecrets(type, config).secrets)) };
    } catch (error) {
      await location[Symbol.asyncDispose]();
      throw error;
    }
  });
}

/** The other locations, those of the same type with their places also where these were not asked for yet. */
async function withPlaces(options: LocationsOptions, wanted: StoredLocation, signal: AbortSignal): Promise<StoredLocation[]> {
  const { configFile } = options;
  const others = configFile.locations().filter(({ id }) => id !== wanted.id);
  if (wanted.place === undefined) return others;
  const known = await Promise.all(
    others.map(async (other) => (other.provider === wanted.provider ? withKnownPlace(options, other, signal) : other)),
  );
  const found = known.filter((other, index) => other !== others[index]);
  if (found.length > 0) await configFile.update((locations) => locations.map((location) => withPlaceOf(location, found)));
  return known;
}

/** The entry with its place, which is asked for where it isn't stored: an older version of the provider may not have told it. */
export async function withKnownPlace(options: LocationsOptions, stored: StoredLocation, signal: AbortSignal): Promise<StoredLocation> {
  if (stored.place !== undefined) return stored;
  try {
    const type = options.registry.type(stored.provider);
    const { config } = await readSettings(options, stored, signal);
    const place = await placeOf(options.registry, type, config, contextFor(options, type, stored.id, { firstUse: false, signal }));
    return place === undefined ? stored : { ...stored, place };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    options.log.warn(`Where location "${stored.title}" is could not be found out: ${reason}`);
    return stored;
  }
}

function withPlaceOf(location: StoredLocation, found: readonly StoredLocation[]): StoredLocation {
  const place: Place | undefined = found.find(({ id }) => id === location.id)?.place;
  return place === undefined ? location : { ...location, place };
}

/** A failure that names a setting is shown at that setting, and none quotes a secret. */
async function attempt<T>({ type, config, stored }: Candidate, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const failure =
      isProviderError(error) && error.code === 'invalid-config'
        ? configInvalid(type.id, [{ field: error.field ?? 'base', message: error.message }], error)
        : locationFailure(stored, error);
    throw errorWithoutSecrets(failure, Object.values(partSecrets(type, config).secrets));
  }
}
