import { isHoldfastError } from '../base/errors.js';
import { isProviderError } from '../provider-api/index.js';
import { backupError } from './errors.js';
import type { UnreadableBackup } from './inventory.js';
import { type CopyFault, type ExpectedSeals, isAlarm } from './seal/alarms.js';
import type { StoredFile } from './stored-file.js';

/** What is met while sidecars are read that keeps a copy from being shown. */
export interface Trouble {
  readonly unreadable: UnreadableBackup[];
  /** Those among them of which nothing is known but that their location failed when it was asked. */
  readonly unreached: UnreadableBackup[];
  readonly faults: CopyFault[];
}

/** Notes why a copy's sidecar can't be used: as an alarm, where someone must have changed it. */
export function noteTrouble(trouble: Trouble, { location, key }: StoredFile, error: unknown, expected: ExpectedSeals): void {
  if (isAlarm(error)) {
    trouble.faults.push({ location, key, error });
    return;
  }
  const unreadable = { location: location.title, key, message: error instanceof Error ? error.message : String(error) };
  trouble.unreadable.push(unreadable);
  if (isProviderError(error) && error.code !== 'corrupt' && error.code !== 'not-found') trouble.unreached.push(unreadable);
  const seal = expected.at(location.id, key);
  if (seal === undefined || !isHoldfastError(error, 'sidecar-unreadable')) return;
  const missing = backupError('seal-missing', { id: seal.id, location: location.title, what: "its sidecar can't be read" });
  trouble.faults.push({ location, key, error: missing });
}
