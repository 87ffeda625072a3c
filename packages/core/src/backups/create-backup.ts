import { indexKey, sidecarKey } from './backup-name.js';
import { chooseLocations } from './catalogue.js';
import { beginIndex } from './begin-index.js';
import { composeSidecar } from './compose-sidecar.js';
import { type BackupDraft, draftBackup } from './draft-backup.js';
import { backupError } from './errors.js';
import { lockBackups } from './exclusive.js';
import { describeFailure } from './failure.js';
import { removeLeftovers } from './leftovers.js';
import { putSmallObject } from './location-bytes.js';
import { measureSources } from './measure-sources.js';
import type { OnProgress } from './progress.js';
import { type ReadBack, readBack } from './read-back.js';
import { recordSources, type SourceRecord } from './record-sources.js';
import { sealDigest } from './seal/seal.js';
import type { BackupServices } from './services.js';
import { encodeSidecar, type Sidecar } from './sidecar.js';
import type { SourceProblem } from './sources/read-source.js';
import { resolveSources, type SourceSpec } from './sources/source.js';
import { sendBackup } from './send-backup.js';
import { openTargets, type Target } from './targets.js';
import type { BackupSummary, Failure } from './summary.js';

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
  /** Of gzip, 1 (fast) to 9 (small), 0 to store; default 3. */
  readonly compressionLevel?: number;
  /** How much of what a location stored is read back before it counts. Default `sample`: its size, and eight MiB of it. */
  readonly readBack?: ReadBack;
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

const defaultCompressionLevel = 3;
const cleanUpMilliseconds = 30_000;

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

  // Walks the sources once more, so only where somebody looks at the progress.
  const measured = options.onProgress === undefined ? undefined : await measureSources(sources, signal);
  const draft = await draftBackup(services, sources, options, signal);
  const { targets, failed } = await openTargets(services, records, draft.encryption !== undefined, signal);
  const outcomes = new Map<string, LocationOutcome>(failed.map(({ record, error }) => [record.id, failedAt(record, error)]));
  const fail = (target: Target, error: unknown) => outcomes.set(target.record.id, failedAt(target.record, error));
  const pending = await services.journal.begin({ operation: 'create', key: draft.key, locations: targets.map(({ record }) => record.id) });
  const stored: Target[] = [];
  try {
    await using index = await beginIndex(services, draft);
    const recorded = recordSources(sources, measured, index.writer, options.onProgress, signal);
    const sent = await sendBackup(services, draft, recorded, targets, level, signal);
    const holding = await eachTarget(
      sent.targets.map(({ target }) => target),
      async (target) => {
        const { error } = sent.targets.find((other) => other.target === target) ?? {};
        if (error !== undefined) throw error;
        const report = (bytes: number) =>
          options.onProgress?.({ phase: 'reading-back', bytes, totalBytes: undefined, files: 0, current: target.record.title });
        await readBack(target, draft.key, sent, options.readBack ?? 'sample', signal, report);
      },
      fail,
      signal,
    );
    if (holding.length === 0) throw noneStored(outcomes);
    const next = await services.sealLog.next();
    const from = { instance: services.instance, draft, recorded, ...sent, ...(await index.finish()), ...next };
    const sidecar = await composeSidecar(from);
    const seal = { key: draft.key, id: sidecar.id, sequence: next.sequence, digest: sealDigest(sidecar) };
    // Its number is taken before the seal can be seen anywhere.
    await services.sealLog.record({ ...seal, locations: [] });
    const publish = async (target: Target) => {
      await target.location.put(indexKey(draft.key), ReadableStream.from(index.bytes()), { size: from.index.size, signal });
      await putSmallObject(target.location, sidecarKey(draft.key), encodeSidecar(sidecar), signal);
    };
    stored.push(...(await eachTarget(holding, publish, fail, signal)));
    if (stored.length === 0) throw noneStored(outcomes);
    for (const { record } of stored) outcomes.set(record.id, { id: record.id, title: record.title, state: 'stored' });
    await services.sealLog.record({ ...seal, locations: stored.map(({ record }) => record.id) });
    const reached = records.flatMap(({ id }) => outcomes.get(id) ?? []);
    return resultOf(sidecar, draft, recorded, stored, reached);
  } finally {
    const failedTargets = targets.filter((target) => !stored.includes(target));
    await pending.settle(await withdraw(services, draft.key, failedTargets));
  }
}

/** Does something at all targets at once. Returns those where it succeeded; a failure is told, and is that target's alone. */
async function eachTarget(
  targets: readonly Target[],
  act: (target: Target) => Promise<void>,
  onFailure: (target: Target, error: unknown) => void,
  signal: AbortSignal,
): Promise<Target[]> {
  const done = await Promise.all(
    targets.map(async (target) => {
      try {
        await act(target);
        return [target];
      } catch (error) {
        signal.throwIfAborted();
        onFailure(target, error);
        return [];
      }
    }),
  );
  return done.flat();
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
      seal: sidecar.seal?.mac === undefined ? 'unsealed' : 'sealed',
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
