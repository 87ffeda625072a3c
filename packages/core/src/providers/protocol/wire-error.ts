import { type ErrorDetails, HoldfastError, isHoldfastError } from '../../base/errors.js';
import { isProviderError, ProviderError, type ProviderErrorCode } from '../../provider-api/index.js';
import { isOptional, isShape, isText, type Shape } from './json-shape.js';

/** An error as it crosses the border between host and provider process. */
export type WireError =
  | {
      readonly kind: 'provider';
      readonly code: ProviderErrorCode;
      readonly message: string;
      readonly retryAfter?: number;
      readonly field?: string;
    }
  | { readonly kind: 'holdfast'; readonly code: string; readonly message: string; readonly remedy: string; readonly details: ErrorDetails };

// A record, so that the compiler sees that none is missing.
const providerCodes: Readonly<Record<ProviderErrorCode, true>> = {
  'auth-failed': true,
  'permission-denied': true,
  'not-found': true,
  'quota-exceeded': true,
  'too-large': true,
  'rate-limited': true,
  unavailable: true,
  corrupt: true,
  'invalid-config': true,
  cancelled: true,
  internal: true,
};

/** What a provider's process may say of its package. All other errors are the host's to raise. */
const packageCodes = new Set(['provider-entry-missing', 'provider-import-failed', 'provider-activation-failed', 'provider-broken']);

/** Characters of a text: enough to tell what is wrong, and any error fits into a frame. */
const maxText = 4 * 1024;

/** The error to send; what is neither kind of error must have been made one before. */
export function toWireError(error: unknown): WireError {
  if (isHoldfastError(error)) {
    const { code, remedy, details } = error;
    return { kind: 'holdfast', code, message: shorten(error.message), remedy: shorten(remedy), details };
  }
  // A provider's copy of the class may have been given anything.
  const given: Shape = isShape(error) ? error : {};
  const { retryAfter, field } = given;
  return {
    kind: 'provider',
    code: isProviderError(error) && isProviderCode(given['code']) ? given['code'] : 'internal',
    message: shorten(isText(given['message']) ? given['message'] : 'It failed without telling why.'),
    ...(isSeconds(retryAfter) && { retryAfter }),
    ...(isText(field) && { field: shorten(field) }),
  };
}

/** The error that was sent, as the host throws it. */
export function fromWireError(error: WireError): ProviderError | HoldfastError {
  if (error.kind === 'holdfast') return new HoldfastError(error.code, error.message, error.remedy, error.details);
  const { retryAfter, field } = error;
  return new ProviderError(error.code, error.message, {
    ...(retryAfter !== undefined && { retryAfter }),
    ...(field !== undefined && { field }),
  });
}

/** `undefined` if the value is no error that may be sent. */
export function parseWireError(value: unknown): WireError | undefined {
  if (!isShape(value) || !isText(value['message'])) return undefined;
  const { kind, code, message, remedy, details, retryAfter, field } = value;
  if (kind === 'holdfast') {
    if (!isText(code) || !packageCodes.has(code) || !isText(remedy) || !isErrorDetails(details)) return undefined;
    return { kind, code, message, remedy, details };
  }
  if (kind !== 'provider' || !isProviderCode(code) || !isOptional(retryAfter, isSeconds) || !isOptional(field, isText)) return undefined;
  return { kind, code, message, ...(retryAfter !== undefined && { retryAfter }), ...(field !== undefined && { field }) };
}

function isProviderCode(code: unknown): code is ProviderErrorCode {
  return isText(code) && Object.hasOwn(providerCodes, code);
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isErrorDetails(value: unknown): value is ErrorDetails {
  return (
    isShape(value) && Object.values(value).every((detail) => detail === null || ['string', 'number', 'boolean'].includes(typeof detail))
  );
}

function shorten(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText)}...`;
}
