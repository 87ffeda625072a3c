import { isDeepStrictEqual } from 'node:util';
import type { Place, ProviderContext } from '../provider-api/index.js';
import { providerError } from '../providers/errors.js';
import { subjectOf } from '../providers/provider-module.js';
import type { ProviderType } from '../providers/provider-package.js';
import type { ProviderRegistry } from '../providers/registry.js';
import type { JsonObject } from '../providers/schema-problem.js';
import { configError } from './errors.js';
import { isPlace, type Overlap, overlapOf } from './overlap.js';
import type { StoredLocation } from './stored-config.js';

/** Where the provider says that a location with these settings keeps its objects. `provider-broken` if what it says is no place. */
export async function placeOf(
  registry: ProviderRegistry,
  type: ProviderType,
  config: JsonObject,
  context: ProviderContext,
): Promise<Place | undefined> {
  const place: unknown = await registry.runtimeFor(type).place(type.id, config, context);
  if (place === undefined) return undefined;
  if (isPlace(place)) return { root: place.root, path: place.path };
  const reason = 'its "place" does not return a root and a path without "/" at its ends and without empty parts, "." and ".."';
  throw providerError('provider-broken', { subject: subjectOf(type.package), reason });
}

/**
 * Refuses a location at the place of another one, inside or around it: `location-exists`, `location-overlaps`. Where a place
 * isn't known, only equal settings are known for the same.
 */
export function refuseTakenPlace(wanted: StoredLocation, others: readonly StoredLocation[]): void {
  for (const other of others) {
    if (other.id === wanted.id) continue;
    const overlap = overlapOfLocations(wanted, other);
    const details = { title: other.title, location: other.id };
    if (overlap === 'same') throw configError('location-exists', details);
    if (overlap !== undefined) throw configError('location-overlaps', { ...details, relation: overlap });
  }
}

/** How the one lies to the other, as far as is known. */
export function overlapOfLocations(location: StoredLocation, other: StoredLocation): Overlap | undefined {
  if (location.place !== undefined && other.place !== undefined) return overlapOf(location.place, other.place);
  return location.provider === other.provider && isDeepStrictEqual(location.config, other.config) ? 'same' : undefined;
}
