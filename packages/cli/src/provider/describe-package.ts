import type { InstalledProvider, InstallResult } from '@holdfast/core';
import type { Colors } from '../output/colors.js';
import { safeText } from '../output/safe-text.js';

/** `enabled, pinned`, for a column. */
export function stateWords({ state, pinned, linked }: InstalledProvider): string {
  return [state, ...(pinned ? ['pinned'] : []), ...(linked ? ['linked'] : [])].join(', ');
}

/** That a new version does not start, and the one before goes on. */
export function fellBack({ provider, failed }: Extract<InstallResult, { outcome: 'fell-back' }>, colors: Colors): string {
  return [
    `${colors.yellow('!')} ${safeText(provider.name)} ${safeText(failed.version)} does not start, so it stays at ${safeText(provider.version)}: ${safeText(failed.error.message)}`,
    `  ${safeText(failed.error.remedy)}`,
  ].join('\n');
}
