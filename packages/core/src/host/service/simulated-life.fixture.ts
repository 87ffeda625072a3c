import type { Job } from '../../backups/jobs/job.js';
import { nextAttempt, nextWholeAttempt } from '../../backups/jobs/back-off.js';
import type { JobRun, RunTrigger } from '../../backups/jobs/job-run.js';
import { planRun } from '../../backups/schedule/plan-run.js';
import type { Schedule } from '../../backups/schedule/schedule.js';
import { createEmitter } from '../../base/events.js';
import type { HostEventMap } from '../events.js';
import { Scheduler } from './scheduler.js';
import type { ServiceHost, ServiceJobs } from './service-host.js';
import type { ServiceEntry } from './service-log.js';
import type { ServiceState } from './service-state.js';
import { type SimulatedTime, simulateTime } from './simulated-time.fixture.js';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** What comes of a run. `pending`: a location lacks it. `rejects`: not even a run came of it. */
type Ending = 'complete' | 'failed' | 'pending' | 'rejects';

/** A service's life, without files: its jobs' runs are only noted. */
export interface Life {
  readonly time: SimulatedTime;
  readonly runs: readonly JobRun[];
  readonly log: readonly ServiceEntry[];
  readonly state: Partial<ServiceState>;
  /** What else was done, and when. */
  readonly done: readonly { readonly what: 'retention' | 'check-up' | 'deliver'; readonly at: Date }[];
  /** How many runs were under way at once, at most. */
  readonly atOnce: number;
  /** How long a run takes, and how it ends. */
  takes: number;
  ends: (at: Date) => Ending;
  addJob(id: string, schedule: Schedule): void;
  /** When and why runs of a job began: `schedule 2027-01-02T04:00`. */
  began(job: string): readonly string[];
  /** Ends the service, as at a shutdown. */
  stop(): Promise<void>;
  start(): void;
  /** Does what is due, as `--once`. */
  once(): Promise<readonly JobRun[]>;
}

export function beginLife(start: string): Life {
  const time = simulateTime(start);
  const jobs: Job[] = [];
  const runs: JobRun[] = [];
  const log: ServiceEntry[] = [];
  const done: Life['done'][number][] = [];
  let state: Partial<ServiceState> = {};
  let [underWay, atOnce] = [0, 0];
  let stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const put = (run: JobRun) => {
    runs.splice(0, runs.length, ...runs.filter(({ id }) => id !== run.id), run);
    return run;
  };

  async function work(run: JobRun, signal: AbortSignal | undefined, end: () => JobRun): Promise<JobRun> {
    put(run);
    underWay += 1;
    atOnce = Math.max(atOnce, underWay);
    if (life.takes > 0) await time.sleep(life.takes, signal ?? new AbortController().signal);
    underWay -= 1;
    return put(signal?.aborted === true ? { ...run, state: 'cancelled' } : end());
  }

  const serviceJobs: ServiceJobs = {
    list: () => jobs,
    async plan(id, now = time.now()) {
      const job = jobs.find((known) => known.id === id);
      if (job?.schedule === undefined) return {};
      const isPast = (run: JobRun) => Date.parse(run.startedAt) - now.getTime() <= day;
      const last = runs
        .filter((run) => run.job === id && (run.trigger === 'schedule' || run.trigger === 'missed') && isPast(run))
        .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
        .at(-1);
      return planRun(job.schedule, id, { since: new Date(job.since), ...(last && { lastStarted: new Date(last.startedAt) }) }, now);
    },
    runs: async () => runs.toSorted((a, b) => b.id.localeCompare(a.id)),
    async run(job, { trigger = 'manual', signal } = {}) {
      const ending = life.ends(time.now());
      if (ending === 'rejects') throw new Error('the log of runs can not be written');
      const attempts = trigger === 'retry' ? (runs.findLast((run) => run.job === job)?.attempts ?? 0) + 1 : 1;
      const begun = { ...newRun(job, trigger, time.now(), runs.length), attempts };
      return work(begun, signal, () => endOf(begun, ending, time.now()));
    },
    async retry(id, { signal } = {}) {
      const run = runs.find((known) => known.id === id);
      if (run === undefined) throw new Error('unknown run');
      return work(run, signal, () => ({ ...run, state: 'complete', locations: [{ id: 'nas', title: 'NAS', state: 'stored' }] }));
    },
  };

  const host: ServiceHost = {
    dataDir: '/nowhere',
    events: createEmitter<HostEventMap>(() => {}),
    jobs: serviceJobs,
    retention: {
      async run() {
        done.push({ what: 'retention', at: time.now() });
        return { at: time.now().toISOString(), locations: [], unavailable: [] };
      },
    },
    checkUp: async () => void done.push({ what: 'check-up', at: time.now() }),
    notifications: {
      async deliver() {
        done.push({ what: 'deliver', at: time.now() });
        return { sent: 0, failed: [], waiting: 0 };
      },
    },
    async [Symbol.asyncDispose]() {},
  };

  const scheduler = () =>
    new Scheduler({
      time,
      withHost: (use) => use(host),
      log: (entry) => log.push(entry),
      memory: { brokenOff: state.brokenOff ?? [], ...(state.retentionOn !== undefined && { retentionOn: state.retentionOn }) },
      tell: (change) => {
        state = { ...state, ...change };
      },
      beat: () => {},
      fail: (what, error) => log.push({ level: 'error', event: 'failed', message: `${what}: ${String(error)}` }),
    });

  const life: Life = {
    time,
    runs,
    log,
    done,
    takes: 10 * minute,
    ends: () => 'complete',
    get state() {
      return state;
    },
    get atOnce() {
      return atOnce;
    },
    addJob: (id, schedule) =>
      void jobs.push({
        id,
        title: id,
        enabled: true,
        sources: [],
        schedule,
        since: time.now().toISOString(),
        locations: 'all',
        retention: {},
      }),
    began: (job) => runs.filter((run) => run.job === job).map(({ trigger, startedAt }) => `${trigger} ${startedAt.slice(0, 16)}`),
    async stop() {
      stopping.abort();
      await running;
    },
    start() {
      stopping = new AbortController();
      running = scheduler().run(stopping.signal);
    },
    once: () => scheduler().once(new AbortController().signal),
  };
  return life;
}

function newRun(job: string, trigger: RunTrigger, now: Date, number: number): JobRun {
  const id = `${now.toISOString()} ${number}`;
  return { id, job, trigger, startedAt: now.toISOString(), state: 'running', backups: [], locations: [], sources: [] };
}

function endOf(run: JobRun, ending: Exclude<Ending, 'rejects'>, now: Date): JobRun {
  const ended = { ...run, endedAt: now.toISOString() };
  if (ending === 'failed') return { ...ended, state: 'failed', ...nextWholeAttempt(run, now) };
  if (ending === 'complete') return { ...ended, state: 'complete' };
  const next = nextAttempt(1, now);
  return {
    ...ended,
    state: 'partial',
    locations: [{ id: 'nas', title: 'NAS', state: 'pending', ...(next !== undefined && { nextAttempt: next }) }],
  };
}
