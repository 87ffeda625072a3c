import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isHoldfastError } from '../../base/errors.js';
import { limitsOf } from '../../providers/location-limits.js';
import { backupError } from '../errors.js';
import type { BackupServices } from '../services.js';
import { estimateSize } from '../size/estimate-size.js';
import { defaultCompressionLevel } from '../compression-level.js';
import { measureSources } from '../size/measure-sources.js';
import type { Source } from '../sources/source.js';
import { jobError } from './errors.js';
import type { Job, JobLocation } from './job.js';

/** Long enough for a disk that has to start turning and a service that is busy. */
const answerMilliseconds = 120_000;

/** Why a location can't take a backup just now, by the location's id. */
export type Refusals = ReadonlyMap<string, unknown>;

/** Whether each location answers and takes our credentials. All at once. */
export async function checkAccess(
  { locations }: BackupServices,
  places: readonly JobLocation[],
  signal: AbortSignal,
  patience = answerMilliseconds,
): Promise<Refusals> {
  const refused = new Map<string, unknown>();
  const check = async ({ location: id }: JobLocation) => {
    const stop = new AbortController();
    const silent = jobError('location-silent', { location: locations.get(id).title, seconds: patience / 1000 });
    const tooLong = sleep(patience, undefined, { signal: AbortSignal.any([signal, stop.signal]) }).then(() => {
      // Also for a provider that doesn't listen: nobody waits for its answer any more.
      stop.abort(silent);
      throw silent;
    });
    try {
      await Promise.race([locations.check(id, { signal: AbortSignal.any([signal, stop.signal]) }), tooLong]);
    } catch (error) {
      signal.throwIfAborted();
      refused.set(id, stop.signal.aborted ? silent : error);
    } finally {
      stop.abort();
      await tooLong.catch(() => {});
    }
  };
  await Promise.all(places.map(check));
  return refused;
}

/** Where only so many backups are kept, one without a source that is missing today must not take the place of one that has it. */
export function keepingComplete(
  { locations, providers }: BackupServices,
  job: Pick<Job, 'id'>,
  places: readonly JobLocation[],
  missing: readonly string[],
): Refusals {
  if (missing.length === 0) return new Map();
  const refused = places.flatMap(({ location }): [string, unknown][] => {
    const { title, provider, config } = locations.get(location);
    if (limitsOf(providers.type(provider), config).maxBackups === undefined) return [];
    return [[location, jobError('would-replace-complete', { location: title, sources: missing.join(', '), job: job.id })]];
  });
  return new Map(refused);
}

/**
 * Whether there is room in the data directory for what waits there, at locations that must know sizes beforehand: each needs as much as the largest source
 * of its backup. Locations for which there is no room left are refused.
 */
export async function checkRoom(
  services: BackupServices,
  sources: readonly Source[],
  places: readonly JobLocation[],
  signal: AbortSignal,
): Promise<Refusals> {
  const spooling = places.filter(({ location }) => spools(services, location));
  if (spooling.length === 0) return new Map();
  let room = await freeBytes(services.dataDir);
  // As if nothing shrank; only if that is too much a sample is compressed.
  const sizes = await Promise.all(sources.map(async (source) => ({ source, bytes: (await measureSources([source], signal)).tarBytes })));
  const largest = sizes.toSorted((a, b) => b.bytes - a.bytes)[0];
  if (largest === undefined || largest.bytes * spooling.length <= room) return new Map();
  const { bytes } = await estimateSize([largest.source], largest.bytes, defaultCompressionLevel, signal);
  const refused = new Map<string, unknown>();
  for (const { location } of spooling) {
    if (bytes <= room) room -= bytes;
    else refused.set(location, backupError('local-storage-full', { folder: services.dataDir }));
  }
  return refused;
}

function spools({ locations, providers }: BackupServices, id: string): boolean {
  try {
    return !providers.type(locations.get(id).provider).features.has('deferredWrites');
  } catch (error) {
    // It fails by itself when it is opened.
    if (isHoldfastError(error)) return false;
    throw error;
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
