import { ProviderError, type ProviderErrorCode } from '@holdfast/core/provider-api';
import { isFields, type JsonFields, textOf } from './json-fields.js';

/** What Backblaze B2 answered instead of doing what it was asked. Holds what it says of that, and nothing of the request. */
export class B2Error extends ProviderError {
  readonly status: number;
  /** B2's own name for it, such as `bad_bucket_id`; empty where the answer isn't B2's. */
  readonly b2Code: string;

  constructor(
    code: ProviderErrorCode,
    message: string,
    { status, b2Code, retryAfter }: { status: number; b2Code: string; retryAfter?: number },
  ) {
    super(code, message, retryAfter === undefined ? {} : { retryAfter });
    this.status = status;
    this.b2Code = b2Code;
  }
}

/** True if a token was not taken: a new one may be. A key that lacks a capability is `unauthorized`. */
export function isTokenRefusal(error: unknown): error is B2Error {
  return error instanceof B2Error && error.status === 401 && error.b2Code !== 'unauthorized' && error.b2Code !== 'unsupported';
}

const byB2Code: Readonly<Record<string, ProviderErrorCode>> = {
  bad_auth_token: 'auth-failed',
  expired_auth_token: 'auth-failed',
  bad_bucket_id: 'not-found',
  invalid_bucket_id: 'not-found',
  file_not_present: 'not-found',
  no_such_file: 'not-found',
  not_found: 'not-found',
  cap_exceeded: 'quota-exceeded',
  download_cap_exceeded: 'quota-exceeded',
  storage_cap_exceeded: 'quota-exceeded',
  transaction_cap_exceeded: 'quota-exceeded',
  too_many_requests: 'rate-limited',
};

const byStatus: Readonly<Record<number, ProviderErrorCode>> = {
  400: 'internal',
  401: 'permission-denied',
  403: 'permission-denied',
  404: 'not-found',
  405: 'internal',
  413: 'too-large',
  429: 'rate-limited',
};

/** An answer of another status than was hoped for. */
export interface RefusedAnswer {
  readonly status: number;
  readonly data: unknown;
  /** The header `Retry-After`. */
  readonly retryAfter?: string | undefined;
}

/** `doing` says what failed, as the start of a sentence; `hide` takes secrets out, which an answer might repeat. */
export function b2Error(doing: string, { status, data, retryAfter }: RefusedAnswer, hide: (text: string) => string): B2Error {
  const fields = isFields(data) ? data : {};
  const b2Code = codeOf(fields);
  const code = byB2Code[b2Code] ?? byStatus[status] ?? 'unavailable';
  const said = hide(textOf(fields, 'message') ?? '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .slice(0, 300);
  const name = b2Code === '' ? String(status) : `${status} ${b2Code}`;
  const seconds = secondsOf(retryAfter);
  return new B2Error(code, `${doing} failed: Backblaze B2 answers ${name}${said === '' ? '' : ` (${said})`}.`, {
    status,
    b2Code,
    ...(seconds !== undefined && { retryAfter: seconds }),
  });
}

function codeOf(fields: JsonFields): string {
  const code = textOf(fields, 'code') ?? '';
  return /^\w{1,60}$/.test(code) ? code : '';
}

/** Seconds, or a date. */
function secondsOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds));
}

/** A success whose content can't be understood: something between here and B2 answers in its place. */
export function strangeAnswer(doing: string): ProviderError {
  return new ProviderError('unavailable', `${doing} failed: what came back is no answer of Backblaze B2.`);
}

/** No answer came. Of the library's error only the system's name for what happened is kept: the rest of it holds tokens. */
export function brokenConnection(doing: string, error: unknown): ProviderError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_INVALID_URL') return new ProviderError('invalid-config', `${doing} failed: the address of the service is not a URL.`);
  const name = /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? ` (${code})` : '';
  return new ProviderError('unavailable', `${doing} failed: there is no connection to Backblaze B2, or it broke${name}.`);
}
