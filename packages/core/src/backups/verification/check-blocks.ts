import { createHash } from 'node:crypto';
import type { LocationRecord } from '../../config/location-record.js';
import type { Location } from '../../provider-api/index.js';
import { archiveError } from '../../archive/errors.js';
import { expectedSeals, unexpected } from '../seal/alarms.js';
import type { ByteFault } from '../seal/checked-bytes.js';
import { checkSeal } from '../seal/check-seal.js';
import { leafBytes, type Leaves, unpackLeaves } from '../seal/leaves.js';
import { protectBytes, rawCopy } from '../seal/protected-bytes.js';
import { readSidecar } from '../sealed-backup.js';
import type { BackupServices } from '../services.js';
import type { SampledBlocks } from './verified-copy.js';

export interface CopyToCheck {
  readonly record: LocationRecord;
  readonly key: string;
  /** Bytes of the file there. */
  readonly size: number;
  /** Titles of the other locations that have it. */
  readonly others: readonly string[];
}

export interface CheckedBlocks {
  /** How far the sampling is. */
  readonly blocks: SampledBlocks;
  /** All of the copy was found right, at this time and those before it. */
  readonly whole: boolean;
  /** All of it was read now. */
  readonly all: boolean;
}

/** Damage that was met, with how far the sampling is. */
export interface FoundDamage {
  readonly error: Error;
  readonly blocks: SampledBlocks;
}

/**
 * Compares a share of a copy's blocks, as they lie there, with the digests of its seal: those first that were not read for longest. No key is needed, and nothing is
 * decrypted.
 *
 * @returns `undefined` for a copy without a seal
 * @throws what is wrong with its sidecar, or the location's failure
 */
export async function checkBlocks(
  services: BackupServices,
  { record, key, size, others }: CopyToCheck,
  known: SampledBlocks | undefined,
  share: number,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<CheckedBlocks | FoundDamage | undefined> {
  const sidecar = await readSidecar(services, record.id, key, signal);
  const logged = (await expectedSeals(services.sealLog)).at(record.id, key);
  const wrong = unexpected(sidecar, key, record, logged);
  if (wrong !== undefined) throw wrong;
  await checkSeal(sidecar, services.keys);
  const leaves = unpackLeaves(sidecar);
  if (leaves === undefined) return undefined;
  const location = await services.locations.open(record.id);
  const explain = (fault?: ByteFault) =>
    protectBytes(rawCopy(location, key, { id: sidecar.id, from: record.title, others }), sidecar).explain(signal, fault);
  if (size !== sidecar.file.size) return { error: await explain(), blocks: { next: 0, proven: 0 } };
  const count = Math.min(leaves.count, Math.max(1, Math.ceil(leaves.count * share)));
  const first = (known?.next ?? 0) % leaves.count;
  const ranges = [
    { from: first, to: Math.min(first + count, leaves.count) },
    { from: 0, to: Math.max(0, first + count - leaves.count) },
  ];
  for (const { from, to } of ranges) {
    const fault = from < to ? await findFault(location, key, leaves, from, to, signal, onBytes) : undefined;
    if (fault === undefined) continue;
    const at = fault.kind === 'changed' ? fault.from / leafBytes : 0;
    const error = (await explain(fault)) ?? archiveError('truncated', { offset: size, where: 'before its end marker' });
    return { error, blocks: { next: at, proven: 0 } };
  }
  const proven = Math.min(leaves.count, (known?.proven ?? 0) + count);
  const all = count === leaves.count;
  return { blocks: { next: (first + count) % leaves.count, proven }, whole: all || proven === leaves.count, all };
}

/** Reads blocks in one go, and stops at the first that is not what was sealed. Holds none of them. */
async function findFault(
  location: Location,
  key: string,
  leaves: Leaves,
  from: number,
  to: number,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<ByteFault | undefined> {
  const offset = from * leafBytes;
  const end = Math.min(to * leafBytes, leaves.size);
  let number = from;
  let length = 0;
  let hash = createHash('sha256');
  for await (const bytes of await location.get(key, { offset, length: end - offset, signal })) {
    signal.throwIfAborted();
    for (let at = 0; at < bytes.length; ) {
      if (number >= to) return { kind: 'longer' };
      const part = bytes.subarray(at, at + leaves.lengthOf(number) - length);
      hash.update(part);
      at += part.length;
      length += part.length;
      if (length < leaves.lengthOf(number)) continue;
      const start = number * leafBytes;
      if (!leaves.holds(number, hash.digest())) return { kind: 'changed', from: start, to: start + length };
      onBytes(length);
      number += 1;
      length = 0;
      hash = createHash('sha256');
    }
  }
  return number < to && leaves.size > 0 ? { kind: 'cut', at: number * leafBytes + length } : undefined;
}
