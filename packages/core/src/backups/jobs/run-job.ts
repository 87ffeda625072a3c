import type { CreateBackupOptions, CreateBackupResult } from '../create-backup.js';
import { backupError } from '../errors.js';
import { describeFailure } from '../failure.js';
import type { BackupServices } from '../services.js';
import type { Failure } from '../summary.js';
import { nextWholeAttempt } from './back-off.js';
import { checkClock } from './check-clock.js';
import { checkAccess } from './check-places.js';
import { type Job, placesOf } from './job.js';
import { after, before, type JobHooks } from './job-hooks.js';
import type { JobRun, RunLocation, RunState } from './job-run.js';
import type { RunJobOptions } from './job-store.js';
import { type MadeBackups, makeBackups } from './make-backups.js';
import { newRunId, type RunLog } from './run-log.js';
import { takeTurn } from './run-turn.js';
import { settleFailed } from './settle-places.js';
import { supersede } from './supersede.js';

/** What runs work with. */
export interface RunServices {
  readonly services: BackupServices;
  readonly runs: RunLog;
  /** As the host makes backups, so that it tells of them. */
  readonly create: (options: CreateBackupOptions) => Promise<CreateBackupResult>;
  /** Of the host app. */
  readonly hooks: readonly JobHooks[];
  readonly onRun: (type: 'started' | 'ended', run: JobRun) => void;
  /** Deletes what the retention no longer keeps. */
  readonly retain: (job: Job, locations: readonly string[], signal: AbortSignal) => Promise<void>;
}

/** How long a run waits for its turn. Milliseconds. */
export const patienceMilliseconds = 60 * 60_000;

/** Runs a job once. What became of it is said by the run. */
export async function runJob(running: RunServices, job: Job, options: RunJobOptions, signal: AbortSignal): Promise<JobRun> {
  const { services, runs, onRun } = running;
  const startedAt = services.clock.now();
  const known = await runs.runs({ limit: 50 });
  const begun: JobRun = {
    id: newRunId(
      startedAt,
      known.map(({ id }) => id),
    ),
    job: job.id,
    trigger: options.trigger ?? 'manual',
    startedAt: startedAt.toISOString(),
    state: 'running',
    backups: [],
    locations: [],
    sources: [],
  };
  const { onBusy = 'wait', onWaiting } = options;
  const purpose = `run ${begun.id} of the job "${job.title}"`;
  try {
    const turn = await takeTurn(services.dataDir, { purpose, onBusy, patience: patienceMilliseconds, onWaiting }, signal);
    if (turn.state === 'busy') return await skip(running, begun, turn.holder);
    await using _lock = turn.lock;
    const last = await runs.last(job.id, ({ state }) => state !== 'skipped');
    const attempts = begun.trigger === 'retry' && last?.state === 'failed' ? (last.attempts ?? 1) + 1 : 1;
    await runs.begin(begun);
    onRun('started', begun);
    const ended = await runToItsEnd(running, job, { ...begun, attempts }, options, signal);
    await runs.update(ended);
    if (ended.backups.length > 0) await supersede(runs, ended);
    onRun('ended', ended);
    return ended;
  } catch (error) {
    if (!signal.aborted) throw error;
    // While it waited for its turn.
    return { ...begun, state: 'cancelled', endedAt: services.clock.now().toISOString() };
  }
}

async function skip(
  { runs, services, onRun }: RunServices,
  begun: JobRun,
  holder: { readonly pid: number; readonly since: string; readonly purpose: string } | undefined,
) {
  const { pid = 'unknown', since = 'just now', purpose = 'unknown' } = holder ?? {};
  const error = describeFailure(backupError('backup-running', { pid, since, purpose }));
  const skipped: JobRun = { ...begun, state: 'skipped', endedAt: services.clock.now().toISOString(), error };
  await runs.begin(skipped);
  onRun('ended', skipped);
  return skipped;
}

async function runToItsEnd(running: RunServices, job: Job, run: JobRun, options: RunJobOptions, signal: AbortSignal): Promise<JobRun> {
  const { services } = running;
  const places = placesOf(job, services.locations.list());
  const end = (state: RunState, more: Partial<JobRun> = {}): JobRun => {
    const now = services.clock.now();
    const { attempts: _, ...plain } = run;
    const again = state === 'failed' ? nextWholeAttempt(run, now) : {};
    return { ...plain, ...more, state, endedAt: now.toISOString(), ...again };
  };
  let behind: Failure | undefined;
  try {
    if (places.length === 0) throw backupError('no-location');
    const clock = await checkClock(services);
    if (clock.wrong !== undefined) throw clock.wrong;
    behind = clock.behind === undefined ? undefined : describeFailure(clock.behind);
    const refused = await checkAccess(services, places, signal);
    const hooked = await withHooks(running, job, run, signal, () =>
      makeBackups(
        { services, create: running.create, job, places, refused, onProgress: options.onProgress, patience: patienceMilliseconds },
        signal,
      ),
    );
    if (hooked.made === undefined) return signal.aborted ? end('cancelled', remarksOf(hooked.failures)) : failedBefore(hooked, end);
    const { made, failures } = hooked;
    const locations = settleFailed(job, places, made.locations, services.clock.now());
    const remarks = [...made.remarks, ...failures, ...(behind === undefined ? [] : [behind])];
    if (made.backups.length > 0 && behind === undefined && !signal.aborted) {
      const stored = locations.filter(({ state }) => state === 'stored').map(({ id }) => id);
      await running.retain(job, stored, signal).catch((error: unknown) => remarks.push(describeFailure(error)));
    }
    const { backups, sources, error } = made;
    return end(stateOf(made, locations, failures), { backups, locations, sources, ...(error && { error }), ...remarksOf(remarks) });
  } catch (error) {
    if (signal.aborted) return end('cancelled');
    return end('failed', { error: describeFailure(error) });
  }
}

interface Hooked {
  /** Absent if nothing was begun. */
  readonly made?: MadeBackups;
  /** Why nothing was begun. */
  readonly error?: Failure;
  /** Of what ran afterwards. */
  readonly failures: readonly Failure[];
}

/** What stopped something is followed by what lets it go on, in any case. */
export async function withHooks(
  { hooks }: Pick<RunServices, 'hooks'>,
  job: Job,
  run: JobRun,
  signal: AbortSignal,
  make: () => Promise<MadeBackups>,
): Promise<Hooked> {
  try {
    await before(hooks, job, run, signal);
  } catch (error) {
    return { error: describeFailure(error), failures: await after(hooks, job, run, signal.aborted ? 'cancelled' : 'failed') };
  }
  let state: RunState = 'failed';
  let made: MadeBackups | undefined;
  let failures: readonly Failure[] = [];
  try {
    made = await make();
    state = stateOf(made, made.locations, []);
  } finally {
    failures = await after(hooks, job, run, state);
  }
  return { made, failures };
}

function failedBefore({ error, failures }: Hooked, end: (state: RunState, more: Partial<JobRun>) => JobRun): JobRun {
  return end('failed', { ...(error && { error }), ...remarksOf(failures) });
}

/** What the outcomes make of a run. */
export function stateOf(
  { cancelled, sources }: Pick<MadeBackups, 'cancelled' | 'sources'>,
  locations: readonly RunLocation[],
  hookFailures: readonly Failure[],
): RunState {
  if (cancelled) return 'cancelled';
  if (locations.every(({ state }) => state !== 'stored')) return 'failed';
  const isWhole = locations.every(({ state }) => state === 'stored') && sources.every(({ state }) => state === 'complete');
  return isWhole && hookFailures.length === 0 ? 'complete' : 'partial';
}

function remarksOf(remarks: readonly Failure[]): Pick<JobRun, 'remarks'> {
  return remarks.length === 0 ? {} : { remarks };
}
