import { isHoldfastError } from '../../base/errors.js';
import { locationFailure } from '../../config/location-failure.js';
import type { LocationRecord } from '../../config/location-record.js';
import { findBackup } from '../catalogue.js';
import { lockBackups } from '../exclusive.js';
import { whenFree } from '../jobs/run-turn.js';
import { removeLeftovers } from '../leftovers.js';
import { noteIssues } from '../note-issues.js';
import type { BackupServices } from '../services.js';
import { openTargets } from '../targets.js';
import { sendBareCopy } from './send-bare-copy.js';
import { sendSealedCopy } from './send-sealed-copy.js';
import type { SendCopyOptions, SentCopy } from './sent-copy.js';

export type { SendCopyOptions, SentCopy } from './sent-copy.js';

/**
 * Copies a backup as it is from the locations that have it to another one; its sources are not read, and no key is needed. It becomes visible there when it
 * is whole and was proven so. A copy that is whole already stays as it is, one that isn't is replaced.
 *
 * @throws `backup-running`; `unknown-backup` and the like; `backup-not-at-location`; `encryption-required`, `copy-too-large`, `older-than-kept`,
 * `name-taken-there`; what is wrong with the copies, where none makes up for another; `read-back-differs`; `location-failed`
 */
export async function sendCopy(services: BackupServices, options: SendCopyOptions, signal: AbortSignal): Promise<SentCopy> {
  const record = services.locations.get(options.to);
  const lock = () => lockBackups(services.dataDir, 'sending a copy of a backup');
  await using _lock = options.onBusy === 'wait' ? await whenFree(lock, Infinity, signal) : await lock();
  await removeLeftovers(services, signal);
  try {
    const sent = await send(services, record, options, signal);
    if (sent.state !== 'there-already') await noteIssues(services, new Map(), [record], undefined);
    return sent;
  } catch (error) {
    signal.throwIfAborted();
    const failure = locationFailure(record, error);
    const isOfSource = isHoldfastError(failure, 'location-failed') && failure.details['location'] !== record.id;
    if (!isOfSource) await noteIssues(services, new Map([[record, failure]]), [], undefined);
    throw failure;
  }
}

async function send(services: BackupServices, record: LocationRecord, options: SendCopyOptions, signal: AbortSignal): Promise<SentCopy> {
  const { summary, sidecar, faults } = await findBackup(services, options.backup, signal, { notWhole: true });
  const { targets, failed } = await openTargets(services, [record], summary.encrypted, signal);
  const [target] = targets;
  if (target === undefined) throw failed[0]?.error;
  if (sidecar === undefined) return sendBareCopy(services, summary, target, options, signal);
  // Where a seal was, none is no default: whoever took it away may have changed the backup too.
  const [stripped] = sidecar.seal === undefined ? faults : [];
  if (stripped !== undefined) throw stripped.error;
  return sendSealedCopy(services, { summary, sidecar }, target, options, signal);
}
