import type { Failure } from '../summary.js';
import { nextAttempt } from './back-off.js';
import type { Job, JobLocation } from './job.js';
import type { RunLocation } from './job-run.js';
import { variantsOf } from './variants.js';

/** What doesn't heal by itself; another attempt would fail like the first. */
const hopeless: readonly string[] = [
  'too-large',
  'encryption-required',
  'copy-too-large',
  'older-than-kept',
  'would-replace-complete',
  'name-taken-there',
  'unknown-location',
  'unknown-backup',
  'unknown-job',
  'run-superseded',
];

/** A location that failed, as it is to be tried again, if that can help. */
export function afterFailure(location: Omit<RunLocation, 'state' | 'error' | 'nextAttempt'>, error: Failure, now: Date): RunLocation {
  const { attempts = 1 } = location;
  const next = hopeless.includes(error.code) ? undefined : nextAttempt(attempts, now);
  if (next === undefined) return { ...location, attempts, state: 'failed', error };
  return { ...location, attempts, state: 'pending', error, nextAttempt: next };
}

/**
 * What becomes of the locations that failed where others have a backup. One whose own variant is stored somewhere gets a copy of that; for another one the
 * sources are read again.
 */
export function settleFailed(job: Job, places: readonly JobLocation[], locations: readonly RunLocation[], now: Date): RunLocation[] {
  if (locations.every(({ state }) => state !== 'stored')) return [...locations];
  const backupOf = new Map(
    variantsOf(job, places).flatMap((variant) => {
      const ids = variant.places.map(({ location }) => location);
      const backup = locations.find(({ id, state }) => state === 'stored' && ids.includes(id))?.backup;
      return backup === undefined ? [] : ids.map((id) => [id, backup] as const);
    }),
  );
  return locations.map((location) => {
    const { id, title, state, error } = location;
    if (state === 'stored' || error === undefined) return location;
    const backup = backupOf.get(id);
    return afterFailure({ id, title, attempts: 1, ...(backup !== undefined && { backup }) }, error, now);
  });
}
