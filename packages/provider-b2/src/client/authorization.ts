import { ProviderError } from '@holdfast/core/provider-api';
import type { TimeLimits } from '@holdfast/object-storage';
import type Library from 'backblaze-b2';
import { B2Error, b2Error, strangeAnswer } from './b2-error.js';
import { fieldsOf, isFields, type JsonFields, listOf, numberOf, textOf, textsOf } from './json-fields.js';
import type { Answer, Credentials, Transport } from './transport.js';

/** What B2 says of a key when it gives a token for it. */
export interface Authorization {
  readonly accountId: string;
  readonly token: string;
  readonly apiUrl: string;
  readonly downloadUrl: string;
  /** The least bytes of a part that is not the last. */
  readonly minimumPartBytes: number;
  readonly capabilities: ReadonlySet<string>;
  /** The buckets that the key is limited to; undefined for all of the account. One that is gone has no name. */
  readonly buckets: readonly KeyBucket[] | undefined;
  /** All names that the key may use start with it; mostly empty. */
  readonly namePrefix: string;
  /** When the key ends; undefined if it doesn't, or the service doesn't tell. */
  readonly expiresAt: Date | undefined;
}

interface KeyBucket {
  readonly id: string;
  readonly name: string | undefined;
}

/** An authorization, and the library's instance that holds it. */
export interface Session {
  readonly authorization: Authorization;
  readonly b2: Library;
}

// Only the fourth knows keys for several buckets, and it tells when a key ends. Other services may have the library's second.
const versions = [4, 2] as const;
const doing = 'Logging in';

/** Asks for a token, once. `limits` are those of one request. */
export async function authorize(
  transport: Transport,
  { credentials, endpoint, limits }: { readonly credentials: Credentials; readonly endpoint: string; readonly limits: TimeLimits },
  signal: AbortSignal,
): Promise<Session> {
  const b2 = await transport.client(credentials);
  const hide = (text: string) => text.replaceAll(credentials.applicationKey, '...');
  let answer: Answer | undefined;
  for (const version of versions) {
    const url = `${endpoint}/b2api/v${version}/b2_authorize_account`;
    answer = await transport.send({ doing, limits, signal }, (settings) => b2.authorize({ axiosOverride: { ...settings, url } }));
    if (!isUnknownVersion(answer.status)) break;
  }
  if (answer === undefined) throw strangeAnswer(doing);
  if (answer.status !== 200) throw refusal(answer, hide);
  const authorization = parseAuthorization(answer.data, endpoint);
  const { accountId, token: authorizationToken, apiUrl, downloadUrl } = authorization;
  Object.assign(b2, { accountId, authorizationToken, apiUrl, downloadUrl });
  return { authorization, b2 };
}

function isUnknownVersion(status: number): boolean {
  return status === 400 || status === 404 || status === 405 || status === 501;
}

function refusal(answer: Answer, hide: (text: string) => string): Error {
  const error = b2Error(doing, { status: answer.status, data: answer.data, retryAfter: answer.header('retry-after') }, hide);
  if (error.status !== 401) return error;
  const { status, b2Code } = error;
  return new B2Error('auth-failed', `${error.message} The key is wrong, has expired or was deleted.`, { status, b2Code });
}

function parseAuthorization(data: unknown, endpoint: string): Authorization {
  if (!isFields(data)) throw strangeAnswer(doing);
  // From version 3 on, what belongs to storage is grouped.
  const storage = fieldsOf(fieldsOf(data, 'apiInfo') ?? {}, 'storageApi') ?? data;
  const allowed = fieldsOf(storage, 'allowed') ?? storage;
  const expires = numberOf(data, 'applicationKeyExpirationTimestamp');
  return {
    accountId: required(data, 'accountId'),
    token: required(data, 'authorizationToken'),
    apiUrl: requireAddress(required(storage, 'apiUrl'), endpoint),
    downloadUrl: requireAddress(required(storage, 'downloadUrl'), endpoint),
    minimumPartBytes: numberOf(storage, 'absoluteMinimumPartSize') ?? 5_000_000,
    capabilities: new Set(textsOf(allowed, 'capabilities')),
    buckets: parseBuckets(allowed),
    namePrefix: textOf(allowed, 'namePrefix') ?? '',
    expiresAt: expires === undefined ? undefined : new Date(expires),
  };
}

function parseBuckets(allowed: JsonFields): readonly KeyBucket[] | undefined {
  const several = listOf(allowed, 'buckets');
  if (several !== undefined) return several.map((bucket) => ({ id: required(bucket, 'id'), name: textOf(bucket, 'name') }));
  const id = textOf(allowed, 'bucketId');
  return id === undefined ? undefined : [{ id, name: textOf(allowed, 'bucketName') }];
}

/** Whoever encrypts the way to the service wants the token on encrypted ways alone. */
export function requireAddress(address: string, endpoint: string): string {
  if (endpoint.startsWith('https:') && !address.startsWith('https:')) {
    throw new ProviderError('unavailable', `${doing} failed: the service refers to an address that is not encrypted.`);
  }
  return address;
}

function required(fields: JsonFields, name: string): string {
  const text = textOf(fields, name);
  if (text === undefined) throw strangeAnswer(doing);
  return text;
}
