import { cancellable } from '../cancellation.js';
import { describeFailure } from '../failure.js';
import type { OnProgress } from '../progress.js';
import type { Failure } from '../summary.js';
import { checkAccess } from './check-places.js';
import { jobError } from './errors.js';
import { type Job, placesOf } from './job.js';
import type { JobRun, RunLocation } from './job-run.js';
import type { RunJobOptions } from './job-store.js';
import { makeBackups } from './make-backups.js';
import { patienceMilliseconds, type RunServices, stateOf, withHooks } from './run-job.js';
import { takeTurn, whenFree } from './run-turn.js';
import { afterFailure } from './settle-places.js';

/** Sends a copy of a backup to a location, from another one. */
type SendCopy = (
  copy: { readonly backup: string; readonly to: string; readonly onProgress?: OnProgress },
  signal: AbortSignal,
) => Promise<unknown>;

export interface RetryServices extends RunServices {
  readonly sendCopy: SendCopy;
}

/** Tries the pending locations of a run again. What became of it is said by the run. @throws `unknown-run` */
export async function retryRun(
  running: RetryServices,
  id: string,
  jobs: readonly Job[],
  options: Omit<RunJobOptions, 'trigger'>,
  signal: AbortSignal,
): Promise<JobRun> {
  const { services, runs, onRun } = running;
  const known = await runs.get(id);
  if (known === undefined) throw jobError('unknown-run', { id });
  if (!known.locations.some(isPending)) return known;
  const job = jobs.find((each) => each.id === known.job);
  const { onBusy = 'wait', onWaiting } = options;
  let latest = known;
  try {
    const purpose = `what the run ${id} left to be done`;
    const turn = await takeTurn(services.dataDir, { purpose, onBusy, patience: patienceMilliseconds, onWaiting }, signal);
    if (turn.state === 'busy') return known;
    await using _lock = turn.lock;
    latest = (await runs.get(id)) ?? known;
    onRun('started', { ...latest, state: 'running' });
    for (const location of latest.locations.filter((each) => isPending(each) && each.backup !== undefined)) {
      latest = withLocation(latest, await sendTo(running, location, options.onProgress, signal));
      // Each by itself: what is there is known, whatever becomes of the others.
      await runs.update(latest);
    }
    latest = await readAgain(running, latest, job, options.onProgress, signal);
    latest = { ...latest, state: stateOf({ cancelled: false, sources: latest.sources }, latest.locations, hookFailures(latest)) };
    await runs.update(latest);
    const stored = latest.locations.filter(({ state }, index) => state === 'stored' && known.locations[index]?.state !== 'stored');
    if (job !== undefined && stored.length > 0) {
      const ids = stored.map((location) => location.id);
      await running
        .retain(job, ids, signal)
        .catch((error: unknown) => services.log.warn(`Older backups could not be deleted: ${describeFailure(error).message}`));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  onRun('ended', latest);
  return latest;
}

async function sendTo(
  { services, sendCopy }: RetryServices,
  location: RunLocation,
  onProgress: OnProgress | undefined,
  signal: AbortSignal,
): Promise<RunLocation> {
  const { id, backup = '' } = location;
  try {
    const { title } = services.locations.get(id);
    const send = () => cancellable(signal, () => sendCopy({ backup, to: id, ...(onProgress && { onProgress }) }, signal));
    await whenFree(send, patienceMilliseconds, signal);
    return { id, title, state: 'stored', backup };
  } catch (error) {
    signal.throwIfAborted();
    return failedAgain(location, describeFailure(error), services.clock.now());
  }
}

/** Locations that get something that no other one has: their backup is made from the sources. */
async function readAgain(
  running: RetryServices,
  run: JobRun,
  job: Job | undefined,
  onProgress: OnProgress | undefined,
  signal: AbortSignal,
): Promise<JobRun> {
  const { services, create } = running;
  const waiting = run.locations.filter((location) => isPending(location) && location.backup === undefined);
  if (waiting.length === 0) return run;
  const failAll = (error: Failure) =>
    waiting.reduce((latest, location) => withLocation(latest, failedAgain(location, error, services.clock.now())), run);
  if (job === undefined) return failAll(describeFailure(jobError('unknown-job', { name: run.job, known: 'others' })));
  const places = placesOf(job, services.locations.list()).filter(({ location }) => waiting.some(({ id }) => id === location));
  const refused = await checkAccess(services, places, signal);
  const { made, error, failures } = await withHooks(running, job, run, signal, () =>
    makeBackups({ services, create, job, places, refused, onProgress, patience: patienceMilliseconds }, signal),
  );
  signal.throwIfAborted();
  if (made === undefined) return error === undefined ? run : failAll(error);
  const settled = waiting.map((location) => {
    const outcome = made.locations.find(({ id }) => id === location.id);
    if (outcome?.state === 'stored') return outcome;
    return failedAgain(
      location,
      outcome?.error ?? describeFailure(jobError('unknown-job', { name: run.job, known: 'others' })),
      services.clock.now(),
    );
  });
  const remarks = [...(run.remarks ?? []), ...failures];
  const next = { ...run, backups: [...run.backups, ...made.backups], ...(remarks.length > 0 && { remarks }) };
  return settled.reduce(withLocation, next);
}

function failedAgain(
  { nextAttempt: _, attempts = 1, error: __, state: ___, ...location }: RunLocation,
  error: Failure,
  now: Date,
): RunLocation {
  return afterFailure({ ...location, attempts: attempts + 1 }, error, now);
}

function withLocation(run: JobRun, location: RunLocation): JobRun {
  return { ...run, locations: run.locations.map((each) => (each.id === location.id ? location : each)) };
}

function hookFailures({ remarks = [] }: JobRun): readonly Failure[] {
  return remarks.filter(({ code }) => code === 'hook-failed' || code === 'callback-failed');
}

function isPending({ state }: RunLocation): boolean {
  return state === 'pending';
}
