import type { Location, Notice, Usage } from '../provider-api/index.js';
import { type AddLocation, addLocation } from './add-location.js';
import type { LocationsOptions } from './location-context.js';
import { locationFailure } from './location-failure.js';
import { chooseTitle, findLocation, unknownLocation } from './location-names.js';
import { openStored } from './location-opener.js';
import { describePlace, type LocationRecord, toRecord } from './location-record.js';
import { resolveNotices } from './notices.js';
import { ownerOfEarlierSecrets, type StoredLocation } from './stored-config.js';
import { textResolver } from './texts.js';
import { type UpdateLocation, updateLocation } from './update-location.js';

interface LocationCall {
  readonly signal?: AbortSignal | undefined;
}

/** A location that was just added. */
export interface AddedLocation extends LocationRecord {
  /** What its user should know although it works; absent if there is nothing. */
  readonly notices?: readonly Notice[];
}

/** A location after a change of its settings. */
export interface UpdatedLocation {
  readonly location: LocationRecord;
  /** What its user should know although it works. */
  readonly notices: readonly Notice[];
  /** True if it is at another place now. What was stored at the old one is still there. */
  readonly moved: boolean;
}

/** The host's locations. Each is asked for by its id, or where it says so also by its title. */
export interface Locations extends AsyncDisposable {
  list(): readonly LocationRecord[];
  /** By id or title. `unknown-location` if there is none. */
  get(idOrTitle: string): LocationRecord;
  /** Checks the settings, tries the place out, and only then keeps the location. */
  add(options: AddLocation): Promise<AddedLocation>;
  /** Tries other settings out, and only then puts them in place of the location's own; until then it works with those. */
  update(id: string, options: UpdateLocation): Promise<UpdatedLocation>;
  /** Forgets the location. Nothing that is stored there is touched. */
  remove(id: string): Promise<void>;
  rename(id: string, title: string): Promise<LocationRecord>;
  /** The open location, one for each id; this object closes it. Its calls fail with `ProviderError`; opening fails with `location-failed`. */
  open(id: string): Promise<Location>;
  /** Proves that the place can be read, written, listed and deleted from, as far as its provider offers that. Gives what its user should know although it works. */
  check(id: string, call?: LocationCall): Promise<readonly Notice[]>;
  /** How full the place is; `undefined` if its provider can't tell. */
  usage(id: string, call?: LocationCall): Promise<Usage | undefined>;
  /** Where it is, for people and without secrets. */
  describe(id: string): string;
}

/** The locations of a data directory. */
export function createLocations(options: LocationsOptions): Locations {
  const { configFile, secrets, registry, log } = options;
  const lifetime = new AbortController();
  const opened = new Map<string, Promise<Location>>();

  function find(idOrTitle: string): StoredLocation {
    const stored = findLocation(idOrTitle, configFile.locations());
    if (stored === undefined) throw unknownLocation(idOrTitle, configFile.locations());
    return stored;
  }

  async function open(id: string): Promise<Location> {
    const stored = find(id);
    const known = opened.get(stored.id);
    if (known !== undefined) return known;
    const opening = openStored(options, stored, lifetime.signal);
    opened.set(stored.id, opening);
    // What failed may work at the next try.
    opening.catch(() => opened.delete(stored.id));
    return opening;
  }

  async function close(id: string): Promise<void> {
    const opening = opened.get(id);
    opened.delete(id);
    const location = await opening?.catch(() => undefined);
    await location?.[Symbol.asyncDispose]();
  }

  async function call<T>(id: string, run: (location: Location, signal: AbortSignal) => Promise<T> | undefined, signal = lifetime.signal) {
    const location = await open(id);
    try {
      return await run(location, signal);
    } catch (error) {
      throw locationFailure(find(id), error);
    }
  }

  return {
    list: () => configFile.locations().map(toRecord),
    get: (idOrTitle) => toRecord(find(idOrTitle)),

    async add(wanted) {
      const { stored, location, notices } = await addLocation(options, wanted, lifetime.signal);
      opened.set(stored.id, Promise.resolve(location));
      log.info(`Added location "${stored.title}" (${stored.id}).`);
      return { ...toRecord(stored), ...(notices.length === 0 ? {} : { notices }) };
    },

    async update(idOrTitle, wanted) {
      // Somebody may have thought about the settings for a while.
      await configFile.refresh();
      const { stored, location, notices, moved } = await updateLocation(options, find(idOrTitle), wanted, lifetime.signal);
      await close(stored.id);
      opened.set(stored.id, Promise.resolve(location));
      log.info(`Changed the settings of location "${stored.title}" (${stored.id}).`);
      return { location: toRecord(stored), notices, moved };
    },

    async remove(idOrTitle) {
      const { id, title, before, secrets: names } = find(idOrTitle);
      await close(id);
      await configFile.update((locations) => locations.filter((location) => location.id !== id));
      // Where there are none, the store needs no passphrase.
      if (names.length > 0) await secrets.set(id, undefined);
      if (before !== undefined && before.secrets.length > 0) await secrets.set(ownerOfEarlierSecrets(id), undefined);
      log.info(`Removed location "${title}" (${id}).`);
    },

    async rename(idOrTitle, title) {
      const { id } = find(idOrTitle);
      await configFile.update((locations) => {
        const others = locations.filter((location) => location.id !== id);
        const chosen = chooseTitle(title, '', others);
        return locations.map((location) => (location.id === id ? { ...location, title: chosen } : location));
      });
      return toRecord(find(id));
    },

    open,
    async check(id, { signal } = {}) {
      const notices = (await call(id, (location, limit) => location.check?.({ signal: limit }), signal)) ?? [];
      if (notices.length === 0) return [];
      const stored = find(id);
      const known = stored.secrets.length === 0 ? {} : await secrets.of(stored.id);
      return resolveNotices(notices, textResolver(registry.type(stored.provider), log), Object.values(known));
    },
    usage: async (id, { signal } = {}) => call(id, (location, limit) => location.usage?.({ signal: limit }), signal),

    describe(idOrTitle) {
      const { provider, config } = find(idOrTitle);
      return describePlace(
        registry.types().find(({ id }) => id === provider),
        config,
      );
    },

    async [Symbol.asyncDispose]() {
      await Promise.allSettled([...opened.keys()].map(close));
      lifetime.abort();
    },
  };
}
