import { defineProvider } from '@holdfast/core/provider-api';
import { createLocation } from './location.js';
import { placeOfBucket } from './place-of-bucket.js';
import { type B2Config, settingsOf } from './settings.js';
import { validateConfig } from './validate-config.js';

export type { B2Config } from './settings.js';

/** A bucket of Backblaze B2, or a folder in it. */
export default defineProvider<B2Config>({
  open: async (config, context) => createLocation(settingsOf(config), context),
  place: placeOfBucket,
  configFlow: { validate: validateConfig },
});
