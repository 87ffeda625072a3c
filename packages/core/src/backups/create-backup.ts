import { isErrno } from '../base/atomic-file.js';
import type { AutomaticMark } from './automatic-mark.js';
import { beginIndex } from './begin-index.js';
import { indexKey, sidecarKey } from './backup-name.js';
import { chooseLocations } from './catalogue.js';
import { defaultCompressionLevel } from './compression-level.js';
import { type CreateBackupResult, type LocationOutcome, Outcomes, resultOf } from './create-result.js';
import type { LagLimits } from './copies/own-pace.js';
import { type BackupDraft, draftBackup } from './draft-backup.js';
import { backupError } from './errors.js';
import { lockBackups } from './exclusive.js';
import { describeFailure } from './failure.js';
import { removeLeftovers } from './leftovers.js';
import { noteIssues } from './note-issues.js';
import type { OnProgress } from './progress.js';
import type { ReadBack } from './read-back.js';
import { CopyPublisher } from './publish-copies.js';
import { recordSources, type SourceRecord } from './record-sources.js';
import { sendBackup } from './send-backup.js';
import type { BackupServices } from './services.js';
import type { Sidecar } from './sidecar.js';
import { measureSources, type SourceSize } from './size/measure-sources.js';
import { findTooLarge, passedLimit } from './size/too-large.js';
import { resolveSources, type Source, type SourceSpec } from './sources/source.js';
import { openTargets, type Target } from './targets.js';

export type { CreateBackupResult, LocationOutcome } from './create-result.js';

export interface CreateBackupOptions {
  readonly sources: readonly SourceSpec[];
  /** Ids or titles; default all locations. */
  readonly locations?: readonly string[];
  /** Default: "Backup of" and the sources' names. */
  readonly name?: string;
  /** Default true. */
  readonly encrypt?: boolean;
  /** Of SecureTar. Default `v2`, AES-128, which opens everywhere; `v3`, XChaCha20-Poly1305, opens in Home Assistant 2026.3 and later. */
  readonly encryption?: 'v2' | 'v3';
  /** Of gzip, 1 (fast) to 9 (small), 0 to store; default 1. */
  readonly compressionLevel?: number;
  /** How much of what a location stored is read back before it counts. Default `sample`: its size, and eight MiB of it. */
  readonly readBack?: ReadBack;
  /** Also sends to a location for which the backup is likely to be too large. It is stopped when it has passed the limit. */
  readonly tryAnyway?: boolean;
  /** The job that makes it; without it, somebody makes it by hand, and retention leaves it alone. */
  readonly automatic?: AutomaticMark;
  /** Told how each location fares as soon as that is known, also where none of them stores the backup in the end. */
  readonly onOutcome?: (outcome: LocationOutcome) => void;
  /** How far a location may fall behind the others before it is left out, `location-too-slow`. */
  readonly lag?: LagLimits;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

const cleanUpMilliseconds = 30_000;

/** All that the steps of one backup share. */
interface Making {
  readonly services: BackupServices;
  readonly options: CreateBackupOptions;
  readonly sources: readonly Source[];
  readonly draft: BackupDraft;
  readonly level: number;
  readonly outcomes: Outcomes;
  /** Where the backup is whole and visible. */
  readonly stored: Target[];
  readonly signal: AbortSignal;
}

/**
 * Backs up the sources to the locations in one pass. The backup becomes visible at a location when that
 * location has given back what it was asked for of what was sent to it, and has stored the index and the sidecar.
 *
 * @throws `no-location-stored` if no location did; nothing is left of the backup then
 */
export async function createBackup(
  services: BackupServices,
  options: CreateBackupOptions,
  signal: AbortSignal,
): Promise<CreateBackupResult> {
  const sources = await resolveSources(options.sources, services.dataDir);
  const records = chooseLocations(services, options.locations);
  if (records.length === 0) throw backupError('no-location');
  const level = options.compressionLevel ?? defaultCompressionLevel;
  await using _lock = await lockBackups(services.dataDir, 'creating a backup');
  await removeLeftovers(services, signal);

  const draft = await draftBackup(services, sources, options, signal);
  const making: Making = { services, options, sources, draft, level, outcomes: new Outcomes(options.onOutcome), stored: [], signal };
  const { outcomes, stored } = making;
  let failure: unknown;
  try {
    const { targets, failed } = await openTargets(services, records, draft.encryption !== undefined, signal);
    for (const { record, error } of failed) outcomes.failed(record, error);
    const { admitted, size } = await admit(making, targets);
    if (admitted.length === 0) throw outcomes.noneStored();
    const pending = await services.journal.begin({
      operation: 'create',
      key: draft.key,
      locations: admitted.map(({ record }) => record.id),
    });
    try {
      const { sidecar, recorded } = await store(making, admitted, size);
      return resultOf(sidecar, draft, recorded, stored, outcomes.of(records));
    } finally {
      const failedTargets = admitted.filter((target) => !stored.includes(target));
      await pending.settle(await withdraw(services, draft.key, failedTargets));
    }
  } catch (error) {
    failure = error;
    throw isErrno(error, 'ENOSPC') ? backupError('local-storage-full', { folder: services.dataDir }, error) : error;
  } finally {
    const storedAt = stored.map(({ record }) => record);
    if (!signal.aborted) await noteIssues(services, outcomes.errors, storedAt, failure);
  }
}

/** Leaves out the targets for which the backup will surely be too large. Walks the sources, where somebody wants to know how large they are. */
async function admit(
  { options, sources, level, outcomes, signal }: Making,
  targets: readonly Target[],
): Promise<{ readonly admitted: readonly Target[]; readonly size: SourceSize | undefined }> {
  const isLimited = targets.some(({ limits }) => limits.maxObjectBytes !== undefined);
  if (targets.length === 0 || !(isLimited || options.onProgress !== undefined)) return { admitted: targets, size: undefined };
  const size = await measureSources(sources, signal);
  const verdicts = options.tryAnyway === true ? [] : await findTooLarge(targets, sources, size, level, signal);
  for (const { target, error } of verdicts) outcomes.failed(target.record, error);
  return { admitted: targets.filter((target) => verdicts.every((verdict) => verdict.target !== target)), size };
}

/** Sends the backup, proves what was stored, makes it visible, and lets the oldest go where there is room for only so many: at each target at its own pace. */
async function store(
  { services, options, sources, draft, level, outcomes, stored, signal }: Making,
  targets: readonly Target[],
  size: SourceSize | undefined,
): Promise<{ readonly sidecar: Sidecar; readonly recorded: SourceRecord }> {
  await using index = await beginIndex(services, draft);
  const recorded = recordSources(sources, size, index.writer, options.onProgress, signal);
  const publisher = new CopyPublisher(services, { ...options, draft, recorded, index, outcomes, stored }, signal);
  await sendBackup(services, draft, recorded, targets, {
    compressionLevel: level,
    passedLimit: (target, limit) => passedLimit(target, limit, sources, size),
    ...(options.lag === undefined ? {} : { lag: options.lag }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    onSent: (target, sent) => publisher.publish(target, sent),
    onFailure: (target, error) => outcomes.failed(target.record, error),
    signal,
  });
  const sidecar = await publisher.sidecar();
  if (sidecar === undefined || stored.length === 0) throw outcomes.noneStored();
  stored.sort((a, b) => targets.indexOf(a) - targets.indexOf(b));
  return { sidecar, recorded };
}

/** Removes what failed targets may hold. Returns the ids of those that could not be asked. */
async function withdraw(services: BackupServices, key: string, targets: readonly Target[]): Promise<string[]> {
  // A signal of its own: a cancelled backup is cleaned up too.
  const signal = AbortSignal.timeout(cleanUpMilliseconds);
  const left = await Promise.all(
    targets.map(async ({ record, location }) => {
      try {
        for (const object of [sidecarKey(key), indexKey(key), key]) await location.delete(object, { signal });
        return [];
      } catch (error) {
        services.log.warn(
          `What the failed backup left at ${record.title} will be removed by the next run: ${describeFailure(error, record).message}`,
        );
        return [record.id];
      }
    }),
  );
  return left.flat();
}
