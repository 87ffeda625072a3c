import { isProviderError } from '../../provider-api/index.js';
import { backupError } from '../errors.js';
import { readSidecar } from '../sealed-backup.js';
import type { BackupServices } from '../services.js';
import type { Sidecar } from '../sidecar.js';
import type { BackupCopy } from '../summary.js';
import { renamed } from './alarms.js';
import { sealDigest } from './seal.js';
import { withCopies } from './with-copies.js';

/**
 * Proves that a copy has the sidecar that its bytes are checked against, under its own name.
 *
 * @throws `seal-missing`, `seal-replaced`, `backup-renamed`, `sidecar-unreadable`
 */
export async function proveCopy(
  services: BackupServices,
  copy: BackupCopy,
  sidecar: Sidecar | undefined,
  others: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (sidecar?.seal === undefined) return;
  const about = { id: sidecar.id, location: copy.title };
  const own = await readSidecar(services, copy.id, copy.key, signal).catch((error: unknown) => {
    if (isMissing(error)) throw withCopies(backupError('seal-missing', { ...about, what: 'its sidecar is gone' }), others);
    throw error;
  });
  if (own.seal === undefined) throw withCopies(backupError('seal-missing', { ...about, what: 'its sidecar has no seal' }), others);
  const wrongName = renamed(sidecar, copy.key, copy.title);
  if (wrongName !== undefined) throw wrongName;
  if (own.seal.mac === sidecar.seal.mac && sealDigest(own) === sealDigest(sidecar)) return;
  throw withCopies(backupError('seal-replaced', { ...about, what: 'it is not the one of the other copies' }), others);
}

function isMissing(error: unknown): boolean {
  return isProviderError(error) && error.code === 'not-found';
}
