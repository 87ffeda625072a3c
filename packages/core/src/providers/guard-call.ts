import { setMaxListeners } from 'node:events';
import { formsOfSecrets, hideForms } from '../base/hide-forms.js';
import { isProviderError, ProviderError, type ProviderLogger } from '../provider-api/index.js';

/** Whose calls are guarded. */
export interface GuardSubject {
  /** The provider type and its package, as messages name them. */
  readonly name: string;
  readonly log: ProviderLogger;
  /** What it was given in confidence: a provider may quote it in what it throws. */
  readonly secrets?: readonly string[];
  /** How long a call may go on after its signal fired, milliseconds. Default 10 seconds. */
  readonly abortGrace?: number;
}

const defaultGrace = 10_000;

/**
 * Runs a call of a provider so that every failure is a `ProviderError`, and `cancelled` if its signal has fired. The call gets
 * some time to clean up then; one that doesn't end is left behind.
 */
export async function guardCall<T>(subject: GuardSubject, operation: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw cancelled(signal);
  // One signal may stop many calls at the same time.
  setMaxListeners(0, signal);
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const leftBehind = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(cancelled(signal)), subject.abortGrace ?? defaultGrace);
    };
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([run(), leftBehind]);
  } catch (error) {
    throw toProviderError(subject, operation, error, signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** The error to show for what a provider threw. An unexpected one goes to the log only: its text may hold anything. */
export function toProviderError(subject: GuardSubject, operation: string, error: unknown, signal?: AbortSignal): ProviderError {
  if (signal?.aborted === true) return cancelled(signal);
  if (isProviderError(error)) return withoutSecrets(error, subject);
  const kind = error instanceof Error ? error.name : typeof error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  subject.log.error(`${subject.name} failed unexpectedly in "${operation}": ${hide(text, subject)}`);
  return new ProviderError('internal', `${subject.name} failed unexpectedly in "${operation}" (${kind}).`, { cause: error });
}

/** The error, or one like it that quotes no secret. */
function withoutSecrets(error: ProviderError, subject: GuardSubject): ProviderError {
  const { code, retryAfter, field } = error;
  const message = hide(error.message, subject);
  if (message === error.message) return error;
  return new ProviderError(code, message, { ...(retryAfter !== undefined && { retryAfter }), ...(field !== undefined && { field }) });
}

function hide(text: string, { secrets = [] }: GuardSubject): string {
  return hideForms(text, formsOfSecrets(secrets, '[secret]'));
}

export function cancelled(signal: AbortSignal): ProviderError {
  return new ProviderError('cancelled', 'The call was cancelled.', { cause: signal.reason });
}
