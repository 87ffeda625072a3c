import { type FieldError, isProviderError, type ProviderContext } from '@holdfast/core/provider-api';
import type { RetryPolicy } from '@holdfast/object-storage';
import { openBucket } from './bucket.js';
import { bucketAddress } from './bucket-address.js';
import { CallError } from './call-error.js';
import type { CloudConfig } from './cloud-config.js';
import { placeOfBucket } from './place-of-bucket.js';
import { services } from './services.js';
import { type Step, tryBucket } from './try-bucket.js';
import { workNotes } from './work-notes.js';

/** Somebody waits for the answer. */
const policy: RetryPolicy = { attempts: 3, firstDelayMs: 300, maxDelayMs: 3_000, maxTotalMs: 20_000 };

/** Tries settings without faults of their own on the service; what can't be blamed on one of them is thrown. */
export async function tryConfig(config: CloudConfig, { log, stateFolder, locationId, signal }: ProviderContext): Promise<FieldError[]> {
  const address = bucketAddress(config);
  using bucket = openBucket(address, { log, policy });
  const { root, path } = placeOfBucket(address);
  let step: Step = 'list';
  try {
    await tryBucket(bucket, workNotes(stateFolder, locationId, `${root}/${path}`), signal, (next) => {
      step = next;
    });
    return [];
  } catch (error) {
    const fault = isProviderError(error) && error instanceof CallError ? faultOf(error, config, step) : undefined;
    if (fault === undefined) throw error;
    return [{ ...fault, placeholders: { bucket: config.bucket, host: new URL(address.endpoint).host, ...fault.placeholders } }];
  }
}

/** The setting at fault. */
function faultOf({ failure, message: text }: CallError, config: CloudConfig, step: Step): FieldError | undefined {
  const { where, hasKey } = services[config.service];
  const address = config.endpoint === undefined ? (where[0] ?? 'base') : 'endpoint';
  const key = hasKey ? 'accessKeyId' : 'base';
  switch (failure.kind) {
    case 'key-id':
      return { field: key, message: '%cloud.key.unknown%' };
    case 'secret':
      return { field: hasKey ? 'secretAccessKey' : 'base', message: '%cloud.secret.wrong%' };
    case 'credentials':
      return { field: key, message: hasKey ? '%cloud.key.expired%' : '%cloud.role.missing%' };
    case 'no-bucket':
      return { field: 'bucket', message: '%cloud.bucket.missing%' };
    case 'bucket-name':
      return { field: 'bucket', message: '%cloud.bucket.malformed%' };
    case 'denied':
      return step === 'list' ? { field: 'bucket', message: '%cloud.denied.list%' } : { field: key, message: `%cloud.denied.${step}%` };
    case 'region':
      return { field: 'region', message: '%cloud.region.other%', placeholders: { region: failure.region ?? '?' } };
    case 'clock':
      return { field: 'base', message: '%cloud.clock%', placeholders: { reason: text } };
    case 'unreachable':
      return { field: address, message: '%cloud.unreachable%', placeholders: { reason: text } };
    case 'not-secure':
      return { field: address, message: '%cloud.not-secure%', placeholders: { reason: text } };
    case 'redirect':
      return { field: address, message: '%cloud.redirect%' };
    case 'unexpected':
    case 'unsupported':
    case 'no-object':
      return { field: address, message: '%cloud.not-s3%', placeholders: { reason: text } };
    default:
      return undefined;
  }
}
