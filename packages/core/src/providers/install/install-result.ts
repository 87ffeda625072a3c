import type { HoldfastError } from '../../base/errors.js';
import type { InstalledProvider } from './installed-provider.js';
import type { PermissionRequest } from './permission-request.js';

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface InstallOptions extends CallOptions {
  /** Asks the user whether the package may be used. Called before its code first runs, and when a version asks for more than was granted. */
  readonly grant: (request: PermissionRequest) => Promise<boolean>;
  readonly onProgress?: (progress: InstallProgress) => void;
}

export interface InstallProgress {
  readonly phase: 'resolving' | 'fetching' | 'checking' | 'activating';
  readonly name: string;
}

/**
 * - `unchanged`: the version that was asked for is in use already.
 * - `fell-back`: the version that was asked for could not be started; the one before is still in use.
 */
export type InstallResult =
  | { readonly outcome: 'installed' | 'unchanged'; readonly provider: InstalledProvider }
  | { readonly outcome: 'updated'; readonly provider: InstalledProvider; readonly replaced: string }
  | {
      readonly outcome: 'fell-back';
      readonly provider: InstalledProvider;
      readonly failed: { readonly version: string; readonly error: HoldfastError };
    };

/** `pinned`: nothing was looked for, as the package is to stay at its version. */
export type UpdateResult = InstallResult | { readonly outcome: 'pinned'; readonly provider: InstalledProvider };
