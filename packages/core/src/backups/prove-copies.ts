import type { OnProgress } from './progress.js';
import { type ReadBack, readBack } from './read-back.js';
import { outgoingAt, type OwnBackup } from './replace-oldest.js';
import type { Sent } from './send-backup.js';
import type { BackupServices } from './services.js';
import { eachTarget, type Target } from './targets.js';

export interface ProvenCopies {
  readonly holding: readonly Target[];
  /** What the new backup takes the place of; rejects where that could not be found out, and nothing may be deleted. */
  outgoing(target: Target): Promise<readonly OwnBackup[]>;
}

/**
 * Proves what the targets stored, by reading it back: a sample of it, as a rule. Where an older backup is to be deleted for it, all of it, unless the place itself
 * compared digests.
 */
export async function proveCopies(
  services: BackupServices,
  key: string,
  sent: Sent,
  options: { readonly readBack?: ReadBack; readonly onProgress?: OnProgress },
  onFailure: (target: Target, error: unknown) => void,
  signal: AbortSignal,
): Promise<ProvenCopies> {
  const outgoing = new Map<Target, Promise<readonly OwnBackup[]>>();
  const outgoingOf = async (target: Target) => outgoing.get(target) ?? [];
  const prove = async (target: Target) => {
    const { error, verified } = sent.targets.find((other) => other.target === target) ?? { verified: false };
    if (error !== undefined) throw error;
    const leaving = outgoingAt(services, target, key, signal);
    outgoing.set(target, leaving);
    const replaces = await leaving.then(
      ({ length }) => length > 0,
      () => false,
    );
    const report = (bytes: number) =>
      options.onProgress?.({ phase: 'reading-back', bytes, totalBytes: undefined, files: 0, current: target.record.title });
    const mode = options.readBack === 'all' || (replaces && !verified) ? 'all' : 'sample';
    await readBack(target, key, sent, mode, signal, report);
  };
  const targets = sent.targets.map(({ target }) => target);
  return { holding: await eachTarget(targets, prove, onFailure, signal), outgoing: outgoingOf };
}
