/**
 * Why a call to a location failed. The provider classifies, the host decides what follows: it retries,
 * asks for new credentials or tells the user.
 *
 * - `auth-failed`: the credentials are wrong, expired or revoked.
 * - `permission-denied`: the credentials are fine but don't allow this.
 * - `not-found`: the object, or the place that holds the objects, is not there.
 * - `quota-exceeded`: no space left, or a paid-for limit is reached.
 * - `too-large`: this one object is larger than the location takes.
 * - `rate-limited`: too many calls; set `retryAfter` where the service told it.
 * - `unavailable`: the service or the network failed; the same call may succeed later.
 * - `corrupt`: what is stored is not what was written.
 * - `invalid-config`: a setting is wrong; name it in `field`.
 * - `cancelled`: the call's `AbortSignal` fired.
 * - `internal`: a fault in the provider itself.
 */
export type ProviderErrorCode =
  | 'auth-failed'
  | 'permission-denied'
  | 'not-found'
  | 'quota-exceeded'
  | 'too-large'
  | 'rate-limited'
  | 'unavailable'
  | 'corrupt'
  | 'invalid-config'
  | 'cancelled'
  | 'internal';

/** What a {@link ProviderError} may tell beyond its code and message. */
export interface ProviderErrorOptions {
  /** Seconds to wait before the next try, for `rate-limited` and `unavailable`. */
  readonly retryAfter?: number;
  /** The configuration field at fault, for `invalid-config`. */
  readonly field?: string;
  /** The error underneath. It stays in the provider's own log: it may hold tokens or URLs. */
  readonly cause?: unknown;
}

const brand = Symbol.for('holdfast.ProviderError');

/** The one error that a provider throws. Its message is shown to users: say what failed, without secrets. */
export class ProviderError extends Error {
  /** Tells it apart where only names survive, as in logs. */
  override readonly name = 'ProviderError';
  /** What kind of failure it is. */
  readonly code: ProviderErrorCode;
  /** Seconds to wait before the next try. */
  readonly retryAfter: number | undefined;
  /** The configuration field at fault. */
  readonly field: string | undefined;

  constructor(code: ProviderErrorCode, message: string, options: ProviderErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    Object.defineProperty(this, brand, { value: true });
    this.code = code;
    this.retryAfter = options.retryAfter;
    this.field = options.field;
  }
}

/** True for a {@link ProviderError}, also for one that another copy of this module made. */
export function isProviderError(value: unknown): value is ProviderError {
  return typeof value === 'object' && value !== null && brand in value;
}
