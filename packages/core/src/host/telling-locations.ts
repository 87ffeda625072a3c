import { describeFailure } from '../backups/failure.js';
import { isHoldfastError } from '../base/errors.js';
import type { LocationRecord } from '../config/location-record.js';
import type { Locations } from '../config/locations.js';
import { isProviderError, type ProviderErrorCode } from '../provider-api/index.js';
import type { HostEmitter } from './events.js';

/** What the location's provider said, whether it was open already or not. */
function providerCodeOf(error: unknown): ProviderErrorCode | undefined {
  const cause: unknown = isHoldfastError(error, 'location-failed') ? error.cause : error;
  return isProviderError(cause) ? cause.code : undefined;
}

/** Tells of what becomes of locations. */
export function tellingLocations(locations: Locations, events: HostEmitter): Locations {
  const tell = (type: 'added' | 'changed' | 'removed', location: LocationRecord) => events.emit('location', { type, location });

  async function watched<T>(idOrTitle: string, run: () => Promise<T>): Promise<T> {
    const location = locations.get(idOrTitle);
    try {
      return await run();
    } catch (error) {
      const providerCode = providerCodeOf(error);
      events.emit('location', { type: 'failed', location, error: describeFailure(error), ...(providerCode && { providerCode }) });
      throw error;
    }
  }

  return {
    ...locations,
    async add(options) {
      const added = await locations.add(options);
      const { notices = [], ...location } = added;
      tell('added', location);
      events.emit('location', { type: 'checked', location, notices });
      return added;
    },
    async update(idOrTitle, options) {
      const updated = await locations.update(idOrTitle, options);
      tell('changed', updated.location);
      events.emit('location', { type: 'checked', location: updated.location, notices: updated.notices });
      return updated;
    },
    async remove(idOrTitle) {
      const before = locations.get(idOrTitle);
      await locations.remove(idOrTitle);
      tell('removed', before);
    },
    async rename(idOrTitle, title) {
      const renamed = await locations.rename(idOrTitle, title);
      tell('changed', renamed);
      return renamed;
    },
    open: (idOrTitle) => watched(idOrTitle, () => locations.open(idOrTitle)),
    async check(idOrTitle, call) {
      const notices = await watched(idOrTitle, () => locations.check(idOrTitle, call));
      events.emit('location', { type: 'checked', location: locations.get(idOrTitle), notices });
      return notices;
    },
    usage: (idOrTitle, call) => watched(idOrTitle, () => locations.usage(idOrTitle, call)),
  };
}
