import { ApiError } from './api-error.js';
import type { B2Fault, InjectedFault } from './server-interface.js';

/** The faults that tests have injected and that were not used up. */
export class Faults {
  #injected: { readonly call: string; readonly fault: B2Fault; times: number; after: number }[] = [];

  inject({ call, fault, times = 1, after = 0 }: InjectedFault): void {
    this.#injected.push({ call, fault, times, after });
  }

  /** The fault that hits this call, if any; the first that was injected of several. */
  take(call: string): B2Fault | undefined {
    for (const injected of this.#injected) {
      if (injected.call !== call && injected.call !== '*') continue;
      if (injected.after > 0) {
        injected.after -= 1;
        continue;
      }
      injected.times -= 1;
      this.#injected = this.#injected.filter(({ times }) => times > 0);
      return injected.fault;
    }
    return undefined;
  }

  clear(): void {
    this.#injected = [];
  }
}

/** The error that a fault answers with, if it is one of those. */
export function errorOf(fault: B2Fault | undefined, call: string): ApiError | undefined {
  if (fault === 'cap') return capReached(call);
  if (typeof fault !== 'object') return undefined;
  return new ApiError(fault.status, fault.code, fault.message ?? 'injected by the test', fault.retryAfter);
}

function capReached(call: string): ApiError {
  if (call.includes('download'))
    return new ApiError(403, 'download_cap_exceeded', 'Cannot download file, download bandwidth or transaction (Class B) cap exceeded.');
  if (/upload|large_file|copy/.test(call)) return new ApiError(403, 'storage_cap_exceeded', 'Cannot upload files, storage cap exceeded.');
  return new ApiError(403, 'transaction_cap_exceeded', 'Transaction cap exceeded.');
}
