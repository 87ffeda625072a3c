import { isProviderError, ProviderError } from '@holdfast/core/provider-api';
import { type Failure, failureOf } from './failure.js';

/**
 * The provider's error of a call to the service, with the cause in its finer kinds. The client's own error stays behind: it knows too
 * much.
 */
export class CallError extends ProviderError {
  readonly failure: Failure;

  constructor(doing: string, failure: Failure) {
    super(failure.code, `${doing} failed: ${failure.text}.`, {
      ...(failure.retryAfter !== undefined && { retryAfter: failure.retryAfter }),
      ...(failure.field !== undefined && { field: failure.field }),
    });
    this.failure = failure;
  }
}

/** What is thrown for what the client threw. `doing` starts the sentence: `Writing "a.tar"`. */
export function callError(error: unknown, doing: string): Error {
  return isProviderError(error) ? error : new CallError(doing, failureOf(error));
}

/**
 * For an answer without what S3 always says: it is most likely some page for people, of a proxy or of a network that wants a login first.
 */
export function strangeAnswer(doing: string): CallError {
  return new CallError(doing, { kind: 'unexpected', code: 'unavailable', text: 'what answers does not behave as S3' });
}

/** True for the failure of a call of one of these kinds. */
export function isFailure(error: unknown, ...kinds: readonly Failure['kind'][]): error is CallError {
  return error instanceof CallError && kinds.includes(error.failure.kind);
}
