import { defineProvider } from '@holdfast/core/provider-api';
import { type LocalConfig, validateConfig } from './config.js';
import { createLocation } from './location.js';
import { claimFolder } from './marker.js';
import type { Place } from './place.js';

export type { LocalConfig } from './config.js';

/** A folder on this machine, or a mounted share. */
export default defineProvider<LocalConfig>({
  async open(config, { locationId, firstUse, log }) {
    const place: Place = { root: config.path, locationId, log };
    if (firstUse) await claimFolder(place);
    return createLocation(place);
  },
  configFlow: { validate: validateConfig },
});
