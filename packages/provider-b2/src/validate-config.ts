import { type FieldError, isProviderError, type ProviderContext } from '@holdfast/core/provider-api';
import { prefixFault } from '@holdfast/object-storage';
import type { Authorization } from './client/authorization.js';
import { type B2Client, createB2Client } from './client/b2-client.js';
import { B2Error } from './client/b2-error.js';
import { interactiveTiming } from './client/timing.js';
import { endpointFault } from './endpoint-fault.js';
import { allowsBucket, allowsRoot, lackingCapabilities, namesOfBuckets } from './key-rights.js';
import { type B2Config, type Settings, settingsOf } from './settings.js';

/** Names have up to 1024 bytes, of which a key takes up to 512; and up to 250 between two `/`. */
const prefixBytesAtMost = 500;
const partBytesAtMost = 250;

/** Why these settings would not do; empty if they will. Looks at the account and changes nothing. */
export async function validateConfig(config: B2Config, { signal }: Pick<ProviderContext, 'signal'>): Promise<readonly FieldError[]> {
  const settings = settingsOf(config);
  const faults = [...textFaults(config, settings)];
  if (faults.some(({ field }) => field === 'endpoint')) return faults;
  const client = createB2Client(settings.credentials, settings.endpoint, interactiveTiming);
  try {
    const authorization = await client.authorization(signal);
    faults.push(...keyFaults(authorization));
    faults.push(...(await bucketFaults(client, authorization, settings, signal)));
    if (!faults.some(({ field }) => field === 'prefix')) faults.push(...rootFaults(authorization, settings));
    return faults;
  } catch (error) {
    return [...faults, accountFault(error, settings)];
  } finally {
    await client.close();
  }
}

function* textFaults({ prefix = '' }: B2Config, { endpoint }: Settings): Iterable<FieldError> {
  const ofEndpoint = endpointFault(endpoint);
  if (ofEndpoint !== undefined) yield { field: 'endpoint', message: `%b2.endpoint.${ofEndpoint}%`, placeholders: { endpoint } };
  const ofPrefix = prefixFault(prefix, prefixBytesAtMost);
  if (ofPrefix !== undefined)
    yield { field: 'prefix', message: `%b2.prefix.${ofPrefix}%`, placeholders: { bytes: String(prefixBytesAtMost) } };
  else if (prefix.split('/').some((part) => Buffer.byteLength(part) > partBytesAtMost)) {
    yield { field: 'prefix', message: '%b2.prefix.long-part%', placeholders: { bytes: String(partBytesAtMost) } };
  }
}

/** What is wrong if nobody can log in; what isn't about the settings is thrown. */
function accountFault(error: unknown, { endpoint }: Settings): FieldError {
  if (isProviderError(error) && error.code === 'auth-failed') return { field: 'applicationKey', message: '%b2.key.refused%' };
  if (error instanceof B2Error && (error.code === 'not-found' || error.code === 'internal')) {
    return { field: 'endpoint', message: '%b2.endpoint.not-b2%', placeholders: { endpoint } };
  }
  throw error;
}

function keyFaults(authorization: Authorization): readonly FieldError[] {
  const lacking = lackingCapabilities(authorization);
  if (lacking.length === 0) return [];
  return [{ field: 'applicationKey', message: '%b2.key.lacks%', placeholders: { capabilities: lacking.join(', ') } }];
}

async function bucketFaults(
  client: B2Client,
  authorization: Authorization,
  { bucketName: bucket }: Settings,
  signal: AbortSignal,
): Promise<readonly FieldError[]> {
  if (!allowsBucket(authorization, bucket)) {
    const allowed = namesOfBuckets(authorization);
    if (allowed.length === 0) return [{ field: 'bucket', message: '%b2.bucket.of-key-gone%' }];
    return [{ field: 'bucket', message: '%b2.bucket.not-allowed%', placeholders: { bucket, allowed: allowed.join(', ') } }];
  }
  // Without this right nobody can tell.
  if (!authorization.capabilities.has('listBuckets')) return [];
  if ((await client.findBucket(bucket, signal)) !== undefined) return [];
  return [{ field: 'bucket', message: '%b2.bucket.missing%', placeholders: { bucket } }];
}

function rootFaults(authorization: Authorization, { root }: Settings): readonly FieldError[] {
  if (allowsRoot(authorization, root)) return [];
  return [{ field: 'prefix', message: '%b2.prefix.not-allowed%', placeholders: { allowed: authorization.namePrefix } }];
}
