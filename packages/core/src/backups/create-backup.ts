import { sidecarKey } from './backup-name.js';
import { chooseLocations } from './catalogue.js';
import { type BackupDraft, draftBackup } from './draft-backup.js';
import { backupError } from './errors.js';
import { lockBackups } from './exclusive.js';
import { describeFailure } from './failure.js';
import { removeLeftovers } from './leftovers.js';
import { putSmallObject } from './location-bytes.js';
import { measureSources } from './measure-sources.js';
import type { Digest } from './observe-bytes.js';
import type { OnProgress } from './progress.js';
import { recordSources, type SourceRecord } from './record-sources.js';
import { sealProblems } from './sealed-problems.js';
import type { BackupServices } from './services.js';
import { encodeSidecar, type Sidecar } from './sidecar.js';
import type { SourceProblem } from './sources/read-source.js';
import { resolveSources, type SourceSpec } from './sources/source.js';
import { sendBackup } from './send-backup.js';
import { openTargets, readBack, type Target } from './targets.js';
import type { BackupSummary, Failure } from './summary.js';

export interface CreateBackupOptions {
  readonly sources: readonly SourceSpec[];
  /** Ids or titles; default all locations. */
  readonly locations?: readonly string[];
  /** Default: "Backup of" and the sources' names. */
  readonly name?: string;
  /** Default true. */
  readonly encrypt?: boolean;
  /** Of gzip, 1 (fast) to 9 (small); default 6. */
  readonly compressionLevel?: number;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export type LocationOutcome =
  | { readonly id: string; readonly title: string; readonly state: 'stored' }
  | { readonly id: string; readonly title: string; readonly state: 'failed'; readonly error: Failure };

export interface CreateBackupResult {
  readonly backup: BackupSummary;
  /** `with-warnings`: a location failed, or a file is not in the backup as it should be. */
  readonly outcome: 'complete' | 'with-warnings';
  readonly locations: readonly LocationOutcome[];
  readonly problems: readonly SourceProblem[];
  readonly sourceFiles: number;
  /** Of the files' contents. */
  readonly sourceBytes: number;
  /** How many files and folders the exclusions left out; what is below such a folder isn't counted. */
  readonly skipped: number;
}

const defaultCompressionLevel = 6;
/** More problems than these are counted, not listed, in the sidecar. */
const listedProblems = 1_000;
const cleanUpMilliseconds = 30_000;

/**
 * Backs up the sources to the locations in one pass. The backup becomes visible at a location when that
 * location has given back what was sent to it and stored the sidecar.
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

  const measured = await measureSources(sources, signal);
  const draft = await draftBackup(services, sources, options, signal);
  const { targets, failed } = await openTargets(services, records, draft.encryption !== undefined, signal);
  const outcomes = new Map<string, LocationOutcome>(failed.map(({ record, error }) => [record.id, failedAt(record, error)]));
  const pending = await services.journal.begin({ operation: 'create', key: draft.key, locations: targets.map(({ record }) => record.id) });
  const stored: Target[] = [];
  try {
    const recorded = recordSources(sources, measured, options.onProgress, signal);
    const sent = await sendBackup(services, draft, recorded, targets, level, signal);
    const digests = new Map<Target, Digest>();
    await Promise.all(
      sent.targets.map(async ({ target, error }) => {
        const { record } = target;
        if (error !== undefined) return outcomes.set(record.id, failedAt(record, error));
        try {
          const report = (bytes: number) =>
            options.onProgress?.({ phase: 'reading-back', bytes, totalBytes: sent.size, files: 0, current: record.title });
          digests.set(target, await readBack(target, draft.key, sent.blocks, signal, report));
          return undefined;
        } catch (failure) {
          signal.throwIfAborted();
          return outcomes.set(record.id, failedAt(record, failure));
        }
      }),
    );
    const [digest] = digests.values();
    if (digest === undefined) throw noneStored(outcomes);
    const sidecar = await sidecarFor(services, draft, recorded, digest);
    await Promise.all(
      [...digests.keys()].map(async (target) => {
        const { record, location } = target;
        try {
          await putSmallObject(location, sidecarKey(draft.key), encodeSidecar(sidecar), signal);
          stored.push(target);
          outcomes.set(record.id, { id: record.id, title: record.title, state: 'stored' });
        } catch (failure) {
          signal.throwIfAborted();
          outcomes.set(record.id, failedAt(record, failure));
        }
      }),
    );
    if (stored.length === 0) throw noneStored(outcomes);
    return resultOf(
      sidecar,
      draft,
      recorded,
      stored,
      records.flatMap(({ id }) => outcomes.get(id) ?? []),
    );
  } finally {
    await pending.settle(
      await withdraw(
        services,
        draft.key,
        targets.filter((target) => !stored.includes(target)),
      ),
    );
  }
}

async function sidecarFor(services: BackupServices, draft: BackupDraft, recorded: SourceRecord, file: Digest): Promise<Sidecar> {
  const { encryption } = draft;
  const problems = recorded.problems.slice(0, listedProblems);
  return {
    holdfast: 1,
    id: draft.metadata.slug,
    name: draft.metadata.name,
    date: draft.metadata.date,
    instance: { id: services.instance.id, name: services.instance.name },
    file,
    encryption: encryption === undefined ? { format: 'plain' } : { format: 'securetar-2', keyFingerprint: encryption.fingerprint },
    archives: recorded.sidecarArchives(),
    warnings: recorded.problems.length,
    ...(problems.length === 0
      ? {}
      : encryption === undefined
        ? { problems }
        : { sealedProblems: await sealProblems(problems, encryption.password) }),
    metadata: draft.metadata,
  };
}

function resultOf(
  sidecar: Sidecar,
  draft: BackupDraft,
  recorded: SourceRecord,
  stored: readonly Target[],
  locations: readonly LocationOutcome[],
): CreateBackupResult {
  const troubled = recorded.problems.length > 0 || locations.some(({ state }) => state === 'failed');
  return {
    backup: {
      id: sidecar.id,
      name: sidecar.name,
      date: sidecar.date,
      size: sidecar.file.size,
      encrypted: draft.encryption !== undefined,
      ...(draft.encryption === undefined ? {} : { keyFingerprint: draft.encryption.fingerprint }),
      keyKnown: true,
      origin: 'holdfast',
      instance: sidecar.instance.name,
      sources: sidecar.archives.map(({ source }) => source),
      warnings: recorded.problems.length,
      locations: stored.map(({ record }) => ({ id: record.id, title: record.title, key: draft.key })),
    },
    outcome: troubled ? 'with-warnings' : 'complete',
    locations,
    problems: recorded.problems,
    sourceFiles: recorded.files,
    sourceBytes: recorded.bytes,
    skipped: recorded.excluded,
  };
}

/** Removes what failed targets may hold. Returns the ids of those that could not be asked. */
async function withdraw(services: BackupServices, key: string, targets: readonly Target[]): Promise<string[]> {
  // A signal of its own: a cancelled backup is cleaned up too.
  const signal = AbortSignal.timeout(cleanUpMilliseconds);
  const left = await Promise.all(
    targets.map(async ({ record, location }) => {
      try {
        await location.delete(sidecarKey(key), { signal });
        await location.delete(key, { signal });
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

function failedAt(record: { readonly id: string; readonly title: string }, error: unknown): LocationOutcome {
  return { id: record.id, title: record.title, state: 'failed', error: describeFailure(error, record) };
}

function noneStored(outcomes: ReadonlyMap<string, LocationOutcome>): Error {
  const reasons = [...outcomes.values()].flatMap((outcome) => {
    if (outcome.state === 'stored') return [];
    return outcome.error.message.includes(outcome.title) ? outcome.error.message : `${outcome.title}: ${outcome.error.message}`;
  });
  return backupError('no-location-stored', { reasons: reasons.join(' ') });
}
