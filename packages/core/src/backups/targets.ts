import type { LocationRecord } from '../config/location-record.js';
import type { Location } from '../provider-api/index.js';
import { BlockDigests, firstDifference } from './block-digests.js';
import { backupError } from './errors.js';
import { counted, digested, type Digest } from './observe-bytes.js';
import type { BackupServices } from './services.js';

/** An open location that a backup goes to. */
export interface Target {
  readonly record: LocationRecord;
  readonly location: Location;
}

/**
 * Reads back what a location stored and compares it with what was sent, block by block. Gives the digest of the whole
 * file, which can't be had while it is written: its bytes aren't known in order.
 *
 * @throws `read-back-differs`
 */
export async function readBack(
  target: Target,
  key: string,
  sent: readonly Buffer[],
  signal: AbortSignal,
  onBytes: (total: number) => void,
): Promise<Digest> {
  const stored = digested(counted(await target.location.get(key, { signal }), signal, onBytes));
  const blocks = new BlockDigests();
  for await (const bytes of stored.bytes) blocks.add({ type: 'data', bytes });
  const offset = firstDifference(sent, blocks.finish());
  if (offset !== undefined) throw backupError('read-back-differs', { location: target.record.title, offset });
  return stored.digest();
}

/**
 * Opens the locations of a backup and clears away their providers' leftovers. One that can't be opened, or that takes no plain backups
 * and is given one, fails alone.
 */
export async function openTargets(
  services: BackupServices,
  records: readonly LocationRecord[],
  encrypted: boolean,
  signal: AbortSignal,
): Promise<{ targets: Target[]; failed: { record: LocationRecord; error: unknown }[] }> {
  const targets: Target[] = [];
  const failed: { record: LocationRecord; error: unknown }[] = [];
  for (const record of records) {
    try {
      if (!encrypted && services.providers.type(record.provider).limits.requiresEncryption) {
        throw backupError('encryption-required', { location: record.title });
      }
      const location = await services.locations.open(record.id);
      const swept = await location.sweep?.({ signal });
      if (swept !== undefined && swept > 0) services.log.info(`${record.title}: ${swept} unfinished uploads removed`);
      targets.push({ record, location });
    } catch (error) {
      signal.throwIfAborted();
      failed.push({ record, error });
    }
  }
  return { targets, failed };
}
