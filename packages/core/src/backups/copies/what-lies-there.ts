import { isHoldfastError } from '../../base/errors.js';
import { isProviderError } from '../../provider-api/index.js';
import { indexKey, sidecarKey } from '../backup-name.js';
import { backupError } from '../errors.js';
import { readSmallObject } from '../location-bytes.js';
import { type ReadBack, readBack } from '../read-back.js';
import { sealDigest } from '../seal/seal.js';
import { maxSidecarBytes, parseSidecar, type Sidecar } from '../sidecar.js';
import type { Target } from '../targets.js';

/** What a location has of a backup. */
export interface WhatLiesThere {
  readonly file: 'absent' | 'whole' | 'not-whole';
  /** `other`: one that isn't the backup's, or can't be read. */
  readonly sidecar: 'absent' | 'same' | 'other';
  /** Whether it has the index, as far as its size tells; true also for a backup that has none. */
  readonly index: boolean;
}

/**
 * Looks at what a location has of a sealed backup. Its file is judged by its size and what is read back of it.
 *
 * @throws `name-taken-there`, if it is another backup
 */
export async function lookAt(
  target: Target,
  key: string,
  sidecar: Sidecar,
  leaves: readonly Buffer[],
  mode: ReadBack,
  signal: AbortSignal,
): Promise<WhatLiesThere> {
  const { location } = target;
  const [file, beside, index] = await Promise.all([
    location.head(key, { signal }),
    sidecarAt(target, key, sidecar, signal),
    sidecar.index === undefined ? undefined : location.head(indexKey(key), { signal }),
  ]);
  return {
    file: file === undefined ? 'absent' : await judge(target, key, sidecar, leaves, file.size, mode, signal),
    sidecar: beside,
    index: index?.size === sidecar.index?.size,
  };
}

async function sidecarAt(target: Target, key: string, sidecar: Sidecar, signal: AbortSignal): Promise<WhatLiesThere['sidecar']> {
  const name = sidecarKey(key);
  let found: Sidecar;
  try {
    const bytes = await readSmallObject(target.location, name, maxSidecarBytes, signal);
    if (bytes === undefined) return 'other';
    found = await parseSidecar(bytes, name);
  } catch (error) {
    if (isProviderError(error) && error.code === 'not-found') return 'absent';
    if (isHoldfastError(error, 'sidecar-unreadable')) return 'other';
    throw error;
  }
  if (found.id !== sidecar.id) throw backupError('name-taken-there', { id: sidecar.id, location: target.record.title, key });
  return sealDigest(found) === sealDigest(sidecar) && found.seal?.mac === sidecar.seal?.mac ? 'same' : 'other';
}

async function judge(
  target: Target,
  key: string,
  { file }: Sidecar,
  leaves: readonly Buffer[],
  size: number,
  mode: ReadBack,
  signal: AbortSignal,
): Promise<WhatLiesThere['file']> {
  if (size !== file.size) return 'not-whole';
  // A backup without a seal has nothing by which a part of it could be judged.
  if (leaves.length === 0) return 'whole';
  try {
    await readBack(target, key, { size, leaves }, mode, signal, () => {});
    return 'whole';
  } catch (error) {
    if (isHoldfastError(error, 'read-back-differs')) return 'not-whole';
    throw error;
  }
}
