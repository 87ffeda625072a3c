import { defineProvider, type JsonRecord, type Place, ProviderError } from '@holdfast/core/provider-api';
import { bucketAddress } from './bucket-address.js';
import { nextStep } from './next-step.js';
import { parseConfig } from './parse-config.js';
import { placeOfBucket } from './place-of-bucket.js';
import { settingsFaults } from './settings-faults.js';

// What talks to the service is loaded when it is first needed: reading the client takes longer than all the rest.
export default defineProvider<JsonRecord>({
  async open(settings, context) {
    const config = parseConfig(settings);
    const [fault] = settingsFaults(config);
    if (fault !== undefined) throw new ProviderError('invalid-config', 'The settings are not complete.', { field: fault.field });
    const { cloudLocation } = await import('./cloud-location.js');
    return cloudLocation(bucketAddress(config), context);
  },
  async place(settings, { locationId }): Promise<Place> {
    const config = parseConfig(settings);
    // What is wrong with the settings, `validate` says, which comes after this.
    if (settingsFaults(config).length > 0) return { root: `cloud:incomplete:${locationId}`, path: '' };
    return placeOfBucket(bucketAddress(config));
  },
  configFlow: {
    next: nextStep,
    async validate(settings, context) {
      const config = parseConfig(settings);
      const faults = settingsFaults(config);
      if (faults.length > 0) return faults;
      const { tryConfig } = await import('./try-config.js');
      return tryConfig(config, context);
    },
  },
});
