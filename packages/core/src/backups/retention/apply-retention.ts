import type { LocationRecord } from '../../config/location-record.js';
import { mapConcurrently } from '../../base/map-concurrently.js';
import { limitsOf } from '../../providers/location-limits.js';
import { chooseLocations } from '../catalogue.js';
import { lockBackups } from '../exclusive.js';
import { describeFailure } from '../failure.js';
import { type Job, placesOf } from '../jobs/job.js';
import { removeLeftovers } from '../leftovers.js';
import type { OnProgress } from '../progress.js';
import type { BackupServices } from '../services.js';
import { clearLocation, type PlaceToClear } from './clear-location.js';
import { copiesAt } from './location-copies.js';
import { type CopyDecision, type JobThere, planLocation, rulesAt } from './plan-location.js';
import { retainedCopy } from './retained-copy.js';
import type { LocationRetention, RetainedCopy, RetentionReport } from './retention.js';
import { keepsAll } from './rules.js';

export interface ApplyRetentionOptions {
  /** The one whose backups are looked after; default all of `jobs`. */
  readonly job?: Job;
  /** All that there are. Without them nobody knows whether the job of another backup was removed, which matters to who reads the report alone. */
  readonly jobs?: readonly Job[];
  /** Ids or titles; default all. */
  readonly locations?: readonly string[];
  readonly onProgress?: OnProgress;
}

/**
 * Deletes what no rule keeps: see `Retention.run`. A location that fails is told, and is the others' business no more than theirs is its.
 *
 * @throws `backup-running`, `config-damaged`
 */
export async function applyRetention(
  services: BackupServices,
  options: ApplyRetentionOptions,
  signal: AbortSignal,
): Promise<RetentionReport> {
  await using _lock = await lockBackups(services.dataDir, 'applying retention');
  await removeLeftovers(services, signal);
  return await atEachLocation(services, options, signal, (place) => clearLocation(services, place, options.onProgress, signal));
}

/** What {@link applyRetention} would do now. Changes nothing. */
export async function planRetentionAt(
  services: BackupServices,
  options: ApplyRetentionOptions,
  signal: AbortSignal,
): Promise<RetentionReport> {
  return atEachLocation(services, options, signal, async ({ decide }) => {
    const decisions = await decide();
    return decisions.map((decision) => retainedCopy(decision, decision.keptBy.length > 0 ? 'kept' : 'to-delete'));
  });
}

const locationsAtOnce = 4;

async function atEachLocation(
  services: BackupServices,
  options: ApplyRetentionOptions,
  signal: AbortSignal,
  act: (place: PlaceToClear) => Promise<readonly RetainedCopy[]>,
): Promise<RetentionReport> {
  const { job, jobs = [] } = options;
  const existing = services.locations.list();
  const records = chooseLocations(services, options.locations);
  const applied = (job === undefined ? jobs : [job]).flatMap((each) => placesOf(each, existing).map((place) => ({ job: each, place })));
  const at = services.clock.now().toISOString();
  const unavailable: { location: string; error: RetentionReport['unavailable'][number]['error'] }[] = [];
  const locations = await mapConcurrently(records, locationsAtOnce, async (record): Promise<LocationRetention | undefined> => {
    const there = applied.filter(({ place }) => place.location === record.id);
    const { maxBackups: limit } = limitsOf(services.providers.type(record.provider), record.config);
    const about = {
      id: record.id,
      title: record.title,
      ...(limit !== undefined && { limit }),
      jobs: there.map((one) => ({ id: one.job.id, title: one.job.title, rules: rulesAt(one) })),
    };
    // After each run of a job, a location with nothing to decide about isn't even listed.
    if (job !== undefined && limit === undefined && there.every((one) => keepsAll(rulesAt(one)))) return { ...about, copies: [] };
    const others = options.jobs === undefined ? undefined : goingThere(jobs, record, existing);
    try {
      return { ...about, copies: await act({ record, decide: () => decisionsAt(services, record, there, others, limit, signal) }) };
    } catch (error) {
      signal.throwIfAborted();
      unavailable.push({ location: record.title, error: describeFailure(error, record) });
      return undefined;
    }
  });
  return { at, locations: locations.flatMap((location) => location ?? []), unavailable };
}

function goingThere(jobs: readonly Job[], record: LocationRecord, existing: readonly LocationRecord[]): ReadonlyMap<string, boolean> {
  return new Map(jobs.map((job) => [job.id, placesOf(job, existing).some(({ location }) => location === record.id)]));
}

async function decisionsAt(
  services: BackupServices,
  record: LocationRecord,
  jobs: readonly JobThere[],
  others: ReadonlyMap<string, boolean> | undefined,
  limit: number | undefined,
  signal: AbortSignal,
): Promise<readonly CopyDecision[]> {
  const pinned = await services.pins.ids();
  const copies = await copiesAt(services, record, signal);
  const verified = await services.verifiedLog.all();
  return planLocation({
    copies,
    jobs,
    others,
    limit,
    pinned,
    stateOf(key) {
      const known = verified.of(key, record.id);
      return { failed: known?.failed !== undefined, proven: known?.wholeAt !== undefined && known.failed === undefined };
    },
    now: services.clock.now(),
  });
}
