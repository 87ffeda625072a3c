import type { LocationRecord } from '../../config/location-record.js';
import { isProviderError } from '../../provider-api/index.js';
import { backupError } from '../errors.js';
import { describeFailure } from '../failure.js';
import type { OnProgress } from '../progress.js';
import type { BackupServices } from '../services.js';
import { checkBlocks } from '../verification/check-blocks.js';
import { isDamage, noteLook } from '../verification/note-look.js';
import { deleteRetained } from './delete-retained.js';
import type { CopyDecision } from './plan-location.js';
import { retainedCopy } from './retained-copy.js';
import type { RetainedCopy } from './retention.js';

/** A location whose copies are decided about. */
export interface PlaceToClear {
  readonly record: LocationRecord;
  /** By what lies there now and what is known of it now. */
  decide(): Promise<readonly CopyDecision[]>;
}

/**
 * Deletes what no rule keeps at a location, the oldest first, each when all that takes its place is known to be whole there: what nobody proved yet is read back for it. What is
 * found damaged then takes no place any more, and all is decided anew.
 */
export async function clearLocation(
  services: BackupServices,
  place: PlaceToClear,
  onProgress: OnProgress | undefined,
  signal: AbortSignal,
): Promise<readonly RetainedCopy[]> {
  const { record } = place;
  /** Why a replacement can't be proven now. */
  const unproven = new Map<string, unknown>();
  const proven = new Set<string>();
  let decisions = await place.decide();
  const nextToProve = () => decisions.find(({ copy: { key } }) => isAwaited(decisions, key) && !proven.has(key) && !unproven.has(key));
  for (let next = nextToProve(); next !== undefined; next = nextToProve()) {
    const { key } = next.copy;
    const outcome = await prove(services, place, next, onProgress, signal);
    if (outcome.state === 'whole') proven.add(key);
    else if (outcome.state === 'unreachable') unproven.set(key, outcome.error);
    else decisions = await place.decide();
  }
  const results = new Map<string, RetainedCopy>();
  for (const decision of [...decisions].reverse()) {
    const { copy, keptBy, leftOutBy, after } = decision;
    if (keptBy.length > 0) continue;
    const blocking = after.find((key) => unproven.has(key));
    if (blocking !== undefined) {
      const reason = describeFailure(unproven.get(blocking), record).message;
      const error = backupError('replacement-not-proven', { id: copy.id, location: record.title, replacement: blocking, reason });
      results.set(copy.key, retainedCopy(decision, 'to-delete', describeFailure(error)));
      continue;
    }
    try {
      const deleted = await deleteRetained(services, record, { ...copy, leftOutBy }, signal);
      const pinned: CopyDecision = { ...decision, keptBy: [{ rule: 'pinned' }], leftOutBy: [] };
      results.set(copy.key, deleted ? retainedCopy(decision, 'deleted') : retainedCopy(pinned, 'kept'));
    } catch (error) {
      signal.throwIfAborted();
      results.set(copy.key, retainedCopy(decision, 'failed', describeFailure(error, record)));
    }
  }
  return decisions.map((decision) => results.get(decision.copy.key) ?? retainedCopy(decision, 'kept'));
}

/** Whether the deletion of another one waits for the proof of this one. */
function isAwaited(decisions: readonly CopyDecision[], key: string): boolean {
  return decisions.some(({ keptBy, after }) => keptBy.length === 0 && after.includes(key));
}

type Proof = { readonly state: 'whole' | 'damaged' } | { readonly state: 'unreachable'; readonly error: unknown };

async function prove(
  services: BackupServices,
  { record }: PlaceToClear,
  { copy }: CopyDecision,
  onProgress: OnProgress | undefined,
  signal: AbortSignal,
): Promise<Proof> {
  const { id, key, size } = copy;
  const about = { id, key, location: record };
  let bytes = 0;
  const onBytes = (count: number) => {
    bytes += count;
    onProgress?.({ phase: 'reading-back', bytes, totalBytes: size, files: 0, current: record.title });
  };
  try {
    const outcome = await checkBlocks(services, { record, key, size, others: [] }, undefined, 1, signal, onBytes);
    if (outcome === undefined)
      return { state: 'unreachable', error: backupError('seal-missing', { id, location: record.title, what: 'it has no seal' }) };
    if (!('error' in outcome)) {
      await noteLook(services, about, { how: 'whole', blocks: outcome.blocks });
      return { state: 'whole' };
    }
    await noteLook(services, about, { how: 'whole', error: outcome.error, blocks: outcome.blocks });
  } catch (error) {
    signal.throwIfAborted();
    if (!isDamage(error)) return { state: 'unreachable', error };
    if (isProviderError(error) && error.code === 'not-found') return { state: 'unreachable', error };
    await noteLook(services, about, { how: 'whole', error });
  }
  // Without the note it would be taken for a good one again.
  const known = await services.verifiedLog.of(key, record.id);
  return known?.failed === undefined ? { state: 'unreachable', error: new Error('its damage could not be noted') } : { state: 'damaged' };
}
