import { describeFailure } from '../failure.js';
import type { CreateBackupOptions, CreateBackupResult } from '../create-backup.js';
import { backupError } from '../errors.js';
import type { OnProgress } from '../progress.js';
import type { BackupServices } from '../services.js';
import { resolveSources, type Source, type SourceSpec } from '../sources/source.js';
import type { Failure } from '../summary.js';
import { checkRoom, keepingComplete, type Refusals } from './check-places.js';
import type { Job, JobLocation } from './job.js';
import type { RunLocation, RunSource } from './job-run.js';
import { whenFree } from './run-turn.js';
import { type Variant, variantsOf } from './variants.js';

/** What came of a run's passes over the sources. */
export interface MadeBackups {
  readonly backups: readonly string[];
  /** Those that failed have no further chance yet. */
  readonly locations: readonly RunLocation[];
  readonly sources: readonly RunSource[];
  readonly remarks: readonly Failure[];
  /** What a pass failed with as a whole, if none stored anything. */
  readonly error?: Failure;
  /** The signal ended it. What was whole by then stays. */
  readonly cancelled: boolean;
}

export interface MakingBackups {
  readonly services: BackupServices;
  readonly create: (options: CreateBackupOptions) => Promise<CreateBackupResult>;
  readonly job: Job;
  readonly places: readonly JobLocation[];
  /** Locations that can't take it. */
  readonly refused: Refusals;
  readonly onProgress?: OnProgress | undefined;
  /** How long to wait for others who work on the backups. Milliseconds. */
  readonly patience: number;
}

interface Sources {
  readonly there: readonly { readonly spec: SourceSpec; readonly source: Source }[];
  readonly missing: ReadonlyMap<string, Failure>;
}

/** Makes the backups of a job at these places: one for each variant, in one pass each. */
export async function makeBackups(making: MakingBackups, signal: AbortSignal): Promise<MadeBackups> {
  const { services, job, places } = making;
  const sources = await findSources(job, services.dataDir);
  const outcomes = new Map<string, RunLocation>();
  const backups: string[] = [];
  const remarks: Failure[] = [];
  const problems = new Map<string, number>();
  let error: Failure | undefined;
  for (const variant of signal.aborted ? [] : variantsOf(job, places)) {
    const found = sources.there.filter(({ spec }) => variant.sources.includes(spec.name));
    const result = await makeVariant(making, variant, { there: found, missing: sources.missing }, outcomes, signal);
    if (signal.aborted && result.made === undefined) break;
    error ??= result.error;
    if (result.made === undefined) continue;
    backups.push(result.made.backup.id);
    for (const outcome of result.made.locations) {
      if (outcome.state === 'stored' && outcome.notReplaced !== undefined) remarks.push(outcome.notReplaced);
    }
    for (const { spec } of found) {
      const count = result.made.problems.filter(({ source }) => source === spec.name).length;
      problems.set(spec.name, Math.max(problems.get(spec.name) ?? 0, count));
    }
  }
  const locations = places.flatMap(({ location }) => outcomes.get(location) ?? []);
  return {
    backups,
    locations,
    sources: job.sources.flatMap(({ name }): RunSource[] => {
      if (sources.missing.has(name)) return [{ name, state: 'missing', problems: 0 }];
      const count = problems.get(name);
      return count === undefined ? [] : [{ name, state: count === 0 ? 'complete' : 'incomplete', problems: count }];
    }),
    remarks,
    cancelled: signal.aborted && places.some(({ location }) => !outcomes.has(location)),
    ...(backups.length === 0 && { error: wholeFailure(locations, sources, error) }),
  };
}

/** Those that are missing are left out, and the others backed up all the same. */
async function findSources({ sources }: Job, dataDir: string): Promise<Sources> {
  const there: { spec: SourceSpec; source: Source }[] = [];
  const missing = new Map<string, Failure>();
  for (const spec of sources) {
    try {
      const [source] = await resolveSources([spec], dataDir);
      if (source !== undefined) there.push({ spec, source });
    } catch (error) {
      missing.set(spec.name, describeFailure(error));
    }
  }
  return { there, missing };
}

async function makeVariant(
  making: MakingBackups,
  { encrypt, places, sources: names }: Variant,
  { there, missing }: Sources,
  outcomes: Map<string, RunLocation>,
  signal: AbortSignal,
): Promise<{ readonly made?: CreateBackupResult; readonly error?: Failure }> {
  const { services, create, job, onProgress, patience } = making;
  const fail = (id: string, error: Failure) => {
    outcomes.set(id, { id, title: services.locations.get(id).title, state: 'failed', error });
  };
  let asked = places.map(({ location }) => location);
  try {
    const [firstMissing] = names.flatMap((name) => missing.get(name) ?? []);
    if (there.length === 0 && firstMissing !== undefined) {
      for (const id of asked) fail(id, firstMissing);
      return { error: firstMissing };
    }
    const sources = there.map(({ source }) => source);
    const incomplete = names.filter((name) => missing.has(name));
    const refused = new Map([
      ...(await checkRoom(services, sources, places, signal)),
      ...keepingComplete(services, job, places, incomplete),
      ...making.refused,
    ]);
    for (const [id, error] of refused) if (asked.includes(id)) fail(id, describeFailure(error, services.locations.get(id)));
    asked = asked.filter((id) => !refused.has(id));
    if (asked.length === 0) return {};
    const options: CreateBackupOptions = {
      sources: there.map(({ spec }) => spec),
      locations: asked,
      name: job.title,
      encrypt,
      automatic: { job: job.id },
      ...(job.encryption !== undefined && { encryption: job.encryption }),
      ...(job.compressionLevel !== undefined && { compressionLevel: job.compressionLevel }),
      ...(onProgress !== undefined && { onProgress }),
      onOutcome: (outcome) => outcome.state === 'failed' && fail(outcome.id, outcome.error),
      signal,
    };
    const made = await whenFree(() => create(options), patience, signal);
    for (const { id, title, state } of made.locations) {
      if (state === 'stored') outcomes.set(id, { id, title, state, backup: made.backup.id });
    }
    return { made };
  } catch (cause) {
    // Nothing of it was kept, and where it failed before it was stopped is no news.
    if (signal.aborted) for (const id of asked) outcomes.delete(id);
    if (signal.aborted) return {};
    const error = describeFailure(cause);
    for (const id of asked.filter((each) => !outcomes.has(each))) fail(id, error);
    return { error };
  }
}

/** Why there is no backup at all. */
function wholeFailure(locations: readonly RunLocation[], { there, missing }: Sources, error: Failure | undefined): Failure {
  const [firstMissing] = missing.values();
  if (there.length === 0 && firstMissing !== undefined) return firstMissing;
  if (error !== undefined && error.code !== 'no-location-stored') return error;
  const reasons = locations.flatMap(({ title, error: reason }) => {
    if (reason === undefined) return [];
    return reason.message.includes(title) ? reason.message : `${title}: ${reason.message}`;
  });
  return describeFailure(backupError('no-location-stored', { reasons: reasons.join(' ') }));
}
