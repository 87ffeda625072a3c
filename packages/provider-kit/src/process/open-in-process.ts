import type { JsonRecord } from '@holdfast/core/provider-api';
import type { PlaceOpener } from '../place-opener.js';
import { makeProviderHome, type ProviderHome } from './provider-home.js';
import { refusalOf } from './refusal-of.js';

export interface OpenInProcessOptions {
  /** The provider package's folder. */
  readonly folder: string;
  /** The type's id. */
  readonly type: string;
  /** The settings of the place, secrets included. */
  readonly config: JsonRecord;
}

/**
 * Opens a place through real hosts, the provider's code in processes of its own. Each way to write its settings has a data directory: a location
 * that was added with one is opened again with the same; with settings that it wasn't added with, it is added.
 */
export function openInProcess({ folder, type, config: usual }: OpenInProcessOptions): PlaceOpener {
  const locationId = `${type}-check`;
  const homes = new Map<string, ProviderHome>();
  const all: ProviderHome[] = [];

  async function newHome(): Promise<ProviderHome> {
    const home = await makeProviderHome({ folder, type, locationId });
    all.push(home);
    return home;
  }

  return {
    async open({ firstUse, config = usual }) {
      const settings = JSON.stringify(config);
      const known = homes.get(settings);
      if (known !== undefined && !firstUse) return known.open();
      const home = await newHome();
      const location = await home.add(config);
      homes.set(settings, home);
      return location;
    },
    async tryOut(config) {
      try {
        await (await newHome()).add(config);
        return undefined;
      } catch (error) {
        return refusalOf(error);
      }
    },
    log: async () => (await Promise.all(all.map((home) => home.log()))).join('\n'),
    async kill() {
      await Promise.all(all.map((home) => home.kill()));
    },
    async [Symbol.asyncDispose]() {
      const closed = await Promise.allSettled(all.map((home) => home[Symbol.asyncDispose]()));
      for (const result of closed) if (result.status === 'rejected') throw result.reason;
    },
  };
}
