import type { JsonRecord, JsonValue } from '@holdfast/core/provider-api';
import type { CloudConfig } from './cloud-config.js';
import { isService } from './services.js';

/** Settings as a form gives them. A field that was left empty is one that isn't there. */
export function parseConfig(settings: JsonRecord): CloudConfig {
  const { service, pathStyle } = settings;
  const text = (name: keyof CloudConfig) => {
    const value: JsonValue | undefined = settings[name];
    return typeof value === 'string' && value !== '' ? { [name]: value } : {};
  };
  return {
    service: isService(service) ? service : 'other',
    ...text('accountId'),
    ...text('region'),
    ...text('endpoint'),
    ...(typeof pathStyle === 'boolean' && { pathStyle }),
    ...text('accessKeyId'),
    ...text('secretAccessKey'),
    bucket: typeof settings['bucket'] === 'string' ? settings['bucket'] : '',
    ...text('prefix'),
  };
}
