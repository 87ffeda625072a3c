import { createHash } from 'node:crypto';
import { locationFailure } from '../../config/location-failure.js';
import { backupKey } from '../backup-name.js';
import { backupError } from '../errors.js';
import { homeAssistantMetadataKeys, maxHomeAssistantMetadataBytes } from '../home-assistant-metadata.js';
import { putSmallObject, readSmallObject } from '../location-bytes.js';
import type { BackupServices } from '../services.js';
import type { BackupSummary } from '../summary.js';
import type { Target } from '../targets.js';
import { type CopySource, openSources } from './copy-sources.js';
import { refuseTooLarge } from './place-for-copy.js';
import { PlainRead } from './plain-read.js';
import { putCopy } from './put-copy.js';
import type { SendCopyOptions, SentCopy } from './sent-copy.js';
import { withdrawCopy } from './withdraw-copy.js';

/**
 * Copies a backup file without a sidecar, such as one of Home Assistant's, and what Home Assistant notes beside it, which goes last. It gets a name of
 * Holdfast's own, since not every place takes any name; by that name it can be deleted again here.
 */
export async function sendBareCopy(
  services: BackupServices,
  summary: BackupSummary,
  target: Target,
  options: SendCopyOptions,
  signal: AbortSignal,
): Promise<SentCopy> {
  const { record, location } = target;
  const { id, size, locations } = summary;
  const key = nameFor(summary);
  const about = { id: record.id, title: record.title, backup: id, bytes: size };
  const there = await location.head(key, { signal });
  if (locations.some((copy) => copy.id === record.id)) return { ...about, state: 'there-already', from: [], mended: 0 };
  if (there !== undefined && there.size !== size) throw backupError('name-taken-there', { id, location: record.title, key });
  refuseTooLarge(target, id, size);
  const sources = await openSources(services, summary, { from: options.from, to: record }, signal);
  const metadata = await metadataOf(sources, signal);
  const [metadataKey = ''] = homeAssistantMetadataKeys(key);
  const read = new PlainRead(sources, { id, size });
  const pending = await services.journal.begin({ operation: 'create', key, locations: [record.id], beside: [metadataKey] });
  let unsettled: readonly string[] = [];
  try {
    await putCopy(target, read, { ...options, key, size, replaces: false, onStored: () => {} }, signal);
    if (metadata !== undefined) await putSmallObject(location, metadataKey, metadata, signal);
  } catch (error) {
    if (!(await withdrawCopy(services, target, key, [metadataKey]))) unsettled = [record.id];
    throw error;
  } finally {
    await pending.settle(unsettled);
  }
  return { ...about, state: there === undefined ? 'sent' : 'repaired', from: [...read.from], mended: 0 };
}

/** A name that every place takes and that sorts by age. */
function nameFor({ id, date }: BackupSummary): string {
  const time = new Date(date);
  const short = /^[0-9a-f]{8}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 8);
  return backupKey(short, Number.isNaN(time.getTime()) ? new Date(0) : time);
}

/** What Home Assistant notes beside a copy, byte for byte; `undefined` where it notes nothing. */
async function metadataOf(sources: readonly CopySource[], signal: AbortSignal): Promise<Uint8Array | undefined> {
  for (const source of sources) {
    try {
      for (const name of homeAssistantMetadataKeys(source.key)) {
        if ((await source.location.head(name, { signal })) === undefined) continue;
        const bytes = await readSmallObject(source.location, name, maxHomeAssistantMetadataBytes, signal);
        if (bytes !== undefined) return bytes;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw locationFailure(source, error);
    }
  }
  return undefined;
}
