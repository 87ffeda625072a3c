import { formatByteSize } from '../../providers/byte-size.js';
import { backupError } from '../errors.js';
import { outgoingAt, type OwnBackup } from '../replace-oldest.js';
import type { BackupServices } from '../services.js';
import type { Sidecar } from '../sidecar.js';
import type { Target } from '../targets.js';

/** @throws `copy-too-large` */
export function refuseTooLarge({ record, limits }: Target, id: string, size: number): void {
  const { maxObjectBytes: limit } = limits;
  if (limit === undefined || size <= limit) return;
  throw backupError('copy-too-large', { id, size: formatByteSize(size), location: record.title, limit: formatByteSize(limit) });
}

/**
 * What a copy takes the place of, at a location that keeps only so many. Those that other instances made are not counted.
 *
 * @throws `older-than-kept`, if a newer one would have to leave for it
 */
export async function placeForCopy(
  services: BackupServices,
  { id, seal, instance }: Sidecar,
  key: string,
  target: Target,
  signal: AbortSignal,
): Promise<readonly OwnBackup[]> {
  if (seal === undefined || instance.id !== services.instance.id) return [];
  const outgoing = await outgoingAt(services, target, key, signal);
  if (outgoing.some(({ isWhole, sequence }) => isWhole && sequence > seal.sequence)) {
    throw backupError('older-than-kept', { id, location: target.record.title, kept: target.limits.maxBackups ?? 0 });
  }
  return outgoing;
}
