import { ProviderError } from '@holdfast/core/provider-api';

/** The error of a call whose signal fired. */
export function cancelled(signal: AbortSignal): ProviderError {
  return new ProviderError('cancelled', 'The call was cancelled.', { cause: signal.reason });
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled(signal);
}
