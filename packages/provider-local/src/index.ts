import { defineProvider } from '@holdfast/core/provider-api';
import { type LocalConfig, validateConfig } from './config.js';
import { createLocation } from './location.js';
import { claimFolder } from './marker.js';
import type { LocationFolder } from './location-folder.js';
import { placeOfFolder } from './place-of-folder.js';

export type { LocalConfig } from './config.js';

/** A folder on this machine, or a mounted share. */
export default defineProvider<LocalConfig>({
  async open(config, { locationId, firstUse, log }) {
    const at: LocationFolder = { root: config.path, locationId, log };
    if (firstUse) await claimFolder(at);
    return createLocation(at);
  },
  place: placeOfFolder,
  configFlow: { validate: validateConfig },
});
