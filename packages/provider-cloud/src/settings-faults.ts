import type { FieldError } from '@holdfast/core/provider-api';
import { prefixFault } from '@holdfast/object-storage';
import type { CloudConfig } from './cloud-config.js';
import { services } from './services.js';

// A key has 1024 bytes at most, and the host's own may take 512 of them.
const longestPrefix = 511;

/** What is wrong with the settings as they stand, without asking anybody. */
export function settingsFaults(config: CloudConfig): FieldError[] {
  const { accountId, region, endpoint, bucket, prefix = '' } = config;
  const faults: (FieldError | undefined)[] = [
    ...missingFaults(config),
    accountId !== undefined && !/^[0-9a-f]{32}$/i.test(accountId)
      ? { field: 'accountId', message: '%cloud.account.malformed%' }
      : undefined,
    // It becomes a part of a host's name.
    region !== undefined && !/^[a-z0-9-]{1,64}$/i.test(region) ? { field: 'region', message: '%cloud.region.malformed%' } : undefined,
    endpoint === undefined ? undefined : endpointFault(endpoint, bucket),
    bucketFault(bucket),
    prefixError(prefix),
  ];
  return faults.filter((fault) => fault !== undefined);
}

function missingFaults(config: CloudConfig): FieldError[] {
  const { required, hasKey } = services[config.service];
  const where = config.endpoint === undefined ? required : [];
  const needed = [...where, ...(hasKey ? (['accessKeyId', 'secretAccessKey'] as const) : [])];
  return needed.filter((name) => config[name] === undefined || config[name] === '').map((field) => ({ field, message: '%cloud.missing%' }));
}

function endpointFault(endpoint: string, bucket: string): FieldError | undefined {
  const fault = (message: string) => ({ field: 'endpoint', message, placeholders: { bucket } });
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return fault('%cloud.endpoint.malformed%');
  if (url.username !== '' || url.password !== '') return fault('%cloud.endpoint.password%');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return fault('%cloud.endpoint.path%');
  return url.hostname.startsWith(`${bucket}.`) ? fault('%cloud.endpoint.bucket%') : undefined;
}

function bucketFault(bucket: string): FieldError | undefined {
  // Old buckets of Amazon may have upper case and underscores.
  return /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/.test(bucket) && !bucket.includes('..')
    ? undefined
    : { field: 'bucket', message: '%cloud.bucket.malformed%' };
}

function prefixError(prefix: string): FieldError | undefined {
  const fault = prefixFault(prefix, longestPrefix);
  return fault === undefined ? undefined : { field: 'prefix', message: `%cloud.prefix.${fault}%` };
}
