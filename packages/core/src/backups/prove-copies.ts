import type { OnProgress } from './progress.js';
import { type ReadBack, readBack } from './read-back.js';
import { outgoingAt, type OwnBackup } from './replace-oldest.js';
import type { Sent } from './send-backup.js';
import type { BackupServices } from './services.js';
import type { Target } from './targets.js';

export interface ProvenCopy {
  /** What the new backup takes the place of; rejects where that could not be found out, and nothing may be deleted. */
  readonly outgoing: Promise<readonly OwnBackup[]>;
  /** Whether all of it is known to be right there, not only a sample. */
  readonly isWhole: boolean;
}

/**
 * Proves what a target stored, by reading it back: a sample of it, as a rule. Where an older backup is to be deleted for it, all of it, unless the place itself
 * compared digests.
 *
 * @throws `read-back-differs`, or the location's failure
 */
export async function proveCopyAt(
  services: BackupServices,
  target: Target,
  key: string,
  sent: Sent,
  options: { readonly readBack?: ReadBack; readonly onProgress?: OnProgress },
  signal: AbortSignal,
): Promise<ProvenCopy> {
  const outgoing = outgoingAt(services, target, key, signal);
  const replaces = await outgoing.then(
    ({ length }) => length > 0,
    () => false,
  );
  const report = (bytes: number) =>
    options.onProgress?.({ phase: 'reading-back', bytes, totalBytes: undefined, files: 0, current: target.record.title });
  const mode = options.readBack === 'all' || (replaces && !sent.verified) ? 'all' : 'sample';
  const isAllRead = await readBack(target, key, sent, mode, signal, report);
  return { outgoing, isWhole: isAllRead || sent.verified };
}
