import type { ProviderErrorCode } from '@holdfast/core/provider-api';
import { errorParts, type ErrorParts } from './error-parts.js';

/** What went wrong, finer than the contract's codes: a set-up names the field at fault by it. */
type FailureKind =
  | 'key-id'
  | 'secret'
  | 'credentials'
  | 'denied'
  | 'archived'
  | 'no-bucket'
  | 'no-object'
  | 'no-upload'
  | 'bucket-name'
  | 'region'
  | 'redirect'
  | 'clock'
  | 'unreachable'
  | 'not-secure'
  | 'busy'
  | 'down'
  | 'full'
  | 'too-large'
  | 'damaged'
  | 'changed'
  | 'no-range'
  | 'unsupported'
  | 'unexpected';

/** Why a call failed. Holds nothing secret, and nothing that a service wrote but a name and a region. */
export interface Failure {
  readonly kind: FailureKind;
  readonly code: ProviderErrorCode;
  /** Ends the sentence "... failed: ". */
  readonly text: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** The setting at fault, for `invalid-config`. */
  readonly field?: string;
  /** Where the bucket really is, if the service told. */
  readonly region?: string;
}

type Meaning = Omit<Failure, 'retryAfter' | 'region'>;

const meaning = (kind: FailureKind, code: ProviderErrorCode, text: string, field?: string): Meaning => ({
  kind,
  code,
  text,
  ...(field !== undefined && { field }),
});

const meanings = {
  keyId: meaning('key-id', 'auth-failed', 'the service does not know this access key ID'),
  secret: meaning('secret', 'auth-failed', 'the secret access key does not belong to the access key ID'),
  credentials: meaning('credentials', 'auth-failed', 'the access key has expired or was revoked'),
  noCredentials: meaning('credentials', 'auth-failed', 'this machine has no credentials of Amazon'),
  denied: meaning('denied', 'permission-denied', 'the access key does not allow it'),
  archived: meaning('archived', 'permission-denied', 'it was moved to an archive; fetch it back there first'),
  noBucket: meaning('no-bucket', 'not-found', 'there is no such bucket'),
  noObject: meaning('no-object', 'not-found', 'there is no such object'),
  noUpload: meaning('no-upload', 'unavailable', 'the upload was ended by somebody else'),
  bucketName: meaning('bucket-name', 'invalid-config', 'a bucket can not have this name', 'bucket'),
  region: meaning('region', 'invalid-config', 'the bucket is in another region', 'region'),
  redirect: meaning('redirect', 'unavailable', 'the answer leads to another address, where credentials are not sent'),
  clock: meaning('clock', 'unavailable', 'the clock of this machine is wrong'),
  unreachable: meaning('unreachable', 'unavailable', 'the service can not be reached'),
  notSecure: meaning('not-secure', 'unavailable', 'there is no secure connection to the service'),
  busy: meaning('busy', 'rate-limited', 'the service asks for fewer requests'),
  down: meaning('down', 'unavailable', 'the service is out of order for now'),
  full: meaning('full', 'quota-exceeded', 'there is no space left, or a limit of the account is reached'),
  tooLarge: meaning('too-large', 'too-large', 'it is larger than the service takes'),
  damaged: meaning('damaged', 'unavailable', 'the bytes were changed on the way'),
  changed: meaning('changed', 'not-found', 'the object was replaced meanwhile'),
  noRange: meaning('no-range', 'internal', 'there are no such bytes'),
  unsupported: meaning('unsupported', 'internal', 'the service does not offer it'),
  unexpected: meaning('unexpected', 'internal', 'the service gives an answer that is not expected here'),
} as const;

const byName: Readonly<Record<string, Meaning>> = {
  InvalidAccessKeyId: meanings.keyId,
  InvalidClientTokenId: meanings.keyId,
  SignatureDoesNotMatch: meanings.secret,
  ExpiredToken: meanings.credentials,
  InvalidToken: meanings.credentials,
  TokenRefreshRequired: meanings.credentials,
  Unauthorized: meanings.credentials,
  CredentialsProviderError: meanings.noCredentials,
  InvalidObjectState: meanings.archived,
  NoSuchBucket: meanings.noBucket,
  NoSuchKey: meanings.noObject,
  NoSuchVersion: meanings.noObject,
  NoSuchUpload: meanings.noUpload,
  InvalidBucketName: meanings.bucketName,
  PermanentRedirect: meanings.redirect,
  TemporaryRedirect: meanings.redirect,
  RequestTimeTooSkewed: meanings.clock,
  RequestExpired: meanings.clock,
  SlowDown: meanings.busy,
  TooManyRequests: meanings.busy,
  Throttling: meanings.busy,
  ThrottlingException: meanings.busy,
  RequestLimitExceeded: meanings.busy,
  BandwidthLimitExceeded: meanings.busy,
  RequestTimeout: meanings.down,
  InternalError: meanings.down,
  ServiceUnavailable: meanings.down,
  OperationAborted: meanings.down,
  QuotaExceeded: meanings.full,
  XMinioStorageFull: meanings.full,
  XMinioAdminBucketQuotaExceeded: meanings.full,
  InsufficientStorage: meanings.full,
  EntityTooLarge: meanings.tooLarge,
  BadDigest: meanings.damaged,
  InvalidDigest: meanings.damaged,
  XAmzContentSHA256Mismatch: meanings.damaged,
  IncompleteBody: meanings.damaged,
  PreconditionFailed: meanings.changed,
  InvalidRange: meanings.noRange,
  NotImplemented: meanings.unsupported,
  MethodNotAllowed: meanings.unsupported,
  ENOTFOUND: meanings.unreachable,
  EPROTO: meanings.notSecure,
};

const byStatus: Readonly<Record<number, Meaning>> = {
  401: meanings.credentials,
  402: meanings.full,
  403: meanings.denied,
  404: meanings.noObject,
  408: meanings.down,
  409: meanings.down,
  412: meanings.changed,
  413: meanings.tooLarge,
  416: meanings.noRange,
  429: meanings.busy,
  501: meanings.unsupported,
  507: meanings.full,
};

/** Tells why a call failed, from what the client threw: by the name and the status, as many services give no text. */
export function failureOf(error: unknown): Failure {
  const parts = errorParts(error);
  const { region, retryAfter } = parts;
  const { text, ...found } = meaningOf(parts);
  const off = found.kind === 'clock' ? clockText(parts) : '';
  const there = found.kind === 'region' && region !== undefined ? `: ${region}` : '';
  return {
    ...found,
    text: `${text}${off}${there} (${parts.details})`,
    ...(retryAfter !== undefined && ['rate-limited', 'unavailable'].includes(found.code) && { retryAfter }),
    ...(region !== undefined && { region }),
  };
}

function meaningOf(parts: ErrorParts): Meaning {
  const { name, status, message } = parts;
  if (parts.region !== undefined && (isRedirect(status) || status === 400)) return meanings.region;
  // Backblaze gives the same name to all that it refuses, and Cloudflare one to all that it doesn't understand.
  if (status === 403 && /cap exceeded/i.test(message)) return meanings.full;
  if (name === 'InvalidArgument' && /access key/i.test(message)) return meanings.keyId;
  const found = byName[name] ?? (status === undefined ? networkMeaning(name) : byStatus[status]);
  if (found !== undefined) return found;
  if (isRedirect(status)) return meanings.redirect;
  return status !== undefined && status >= 500 ? meanings.down : meanings.unexpected;
}

function isRedirect(status: number | undefined): boolean {
  return status !== undefined && status > 300 && status < 400 && status !== 304;
}

function networkMeaning(name: string): Meaning | undefined {
  if (/^(CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_|HOSTNAME_|ERR_TLS_|ERR_SSL_)/.test(name)) return meanings.notSecure;
  return /^(E[A-Z]+|ERR_SOCKET|UND_|TimeoutError|HPE_)/.test(name) ? meanings.unreachable : undefined;
}

function clockText({ serverTime }: ErrorParts): string {
  if (serverTime === undefined) return '';
  const minutes = Math.round((Date.now() - serverTime) / 60_000);
  return `, by ${Math.abs(minutes)} minutes ${minutes < 0 ? 'slow' : 'fast'}`;
}
