import type { JobRun } from '../../backups/jobs/job-run.js';
import type { OnProgress } from '../../backups/progress.js';
import { Attempts } from './attempts.js';
import { type DueWork, planWork, type WorkPlan } from './due-work.js';
import type { ServiceHost } from './service-host.js';
import type { ServiceLog } from './service-log.js';
import type { ServiceState, ServiceTask, ServiceWork } from './service-state.js';
import type { ServiceTime } from './service-time.js';
import { describeRetention, describeRun, describeVerification } from './tell-work.js';

export interface WorkLaneOptions {
  readonly time: ServiceTime;
  readonly log: ServiceLog;
  /** What the last start left. */
  readonly memory: Pick<ServiceState, 'retentionOn' | 'brokenOff'>;
  /** Gets what changed of the state. */
  readonly tell: (change: Partial<ServiceState>) => void;
  readonly fail: (what: string, error: unknown) => void;
}

/** What a step came to. */
export interface LaneStep {
  /** Something was done, so that there may be more. */
  readonly busy: boolean;
  /** When there is something to do by all that is known. */
  readonly nextAt?: Date;
}

const hour = 3_600_000;
/** What could not even be begun is left alone for so long. */
const pause = hour / 12;
/** After so long it is planned anew, for others run jobs as well. */
const planLasts = pause;
/** So many of the newest runs are looked at for what is to be repeated. */
const runsLookedAt = 400;

/** All that works on backups, one after the other: runs of jobs, locations that are tried again, retention, verification. */
export class WorkLane {
  readonly runs: JobRun[] = [];
  readonly #attempts: Attempts;
  #brokenOff: readonly string[];
  #retentionOn: string | undefined;
  #retentionDone = false;
  #awakeSince: Date | undefined;
  #idle: { readonly host: ServiceHost; readonly until: number; readonly nextAt: Date | undefined } | undefined;

  constructor(private readonly options: WorkLaneOptions) {
    this.#attempts = new Attempts(() => options.time.elapsed());
    this.#brokenOff = options.memory.brokenOff;
    this.#retentionOn = options.memory.retentionOn;
  }

  /** Does the first thing that is due. */
  async step(host: ServiceHost, awakeSince: Date, signal: AbortSignal): Promise<LaneStep> {
    const { time } = this.options;
    if (awakeSince !== this.#awakeSince) {
      this.#awakeSince = awakeSince;
      this.#attempts.forget();
      this.#idle = undefined;
    }
    // Reading schedules and runs twice a minute for nothing would be felt by a small machine.
    if (this.#idle?.host === host && this.#idle.until > time.elapsed()) {
      const { nextAt } = this.#idle;
      if (nextAt === undefined || nextAt > time.now()) return this.#other(host, nextAt, signal);
    }
    const { due, nextAt, nextRun } = await this.#plan(host, awakeSince);
    this.options.tell({ next: nextRun && { job: nextRun.job.id, title: nextRun.job.title, at: nextRun.at.toISOString() } });
    const work = due.find(({ key }) => this.#attempts.mayTry(key));
    if (work !== undefined) {
      this.#idle = undefined;
      await this.#perform(host, work, signal);
      return { busy: true };
    }
    this.#idle = { host, until: time.elapsed() + planLasts, nextAt };
    return this.#other(host, nextAt, signal);
  }

  /** What there is to do when no job is due. */
  async #other(host: ServiceHost, nextAt: Date | undefined, signal: AbortSignal): Promise<LaneStep> {
    const busy = (await this.#retain(host, signal)) || (await this.#verify(host, signal));
    return { busy, ...(nextAt !== undefined && { nextAt }) };
  }

  async #plan({ jobs }: ServiceHost, awakeSince: Date): Promise<WorkPlan> {
    const now = this.options.time.now();
    const planned = await Promise.all(jobs.list().map(async (job) => ({ job, plan: await jobs.plan(job.id, now) })));
    const runs = await jobs.runs({ limit: runsLookedAt });
    return planWork({ now, awakeSince, jobs: planned, runs, brokenOff: this.#brokenOff });
  }

  async #perform({ jobs }: ServiceHost, work: DueWork, signal: AbortSignal): Promise<void> {
    const { task, job, key } = work;
    const { log } = this.options;
    const subject = { job: job.id, title: job.title };
    this.#attempts.note(key, pause);
    const done = await this.#working(`${task} ${job.title}`, { task, ...subject }, async (onProgress) => {
      const options = { signal, onProgress };
      if (task === 'retry') {
        log({
          level: 'info',
          event: 'retry-started',
          message: `${job.title}: trying again what is pending.`,
          job: job.id,
          run: work.run.id,
        });
        return jobs.retry(work.run.id, options);
      }
      log({ level: 'info', event: 'run-started', message: `${job.title}: started (${work.trigger}).`, job: job.id });
      const onWaiting = () => log({ level: 'info', event: 'run-waiting', message: `${job.title}: waiting for other work.`, job: job.id });
      return jobs.run(job.id, { ...options, trigger: work.trigger, onBusy: 'wait', onWaiting });
    });
    if (done === undefined) return;
    if (task === 'job') this.#attempts.note(key);
    this.runs.push(done);
    log(describeRun(done, job.title));
    const others = this.#brokenOff.filter((id) => id !== job.id);
    this.#brokenOff = done.state === 'cancelled' && signal.aborted && done.trigger !== 'manual' ? [...others, job.id] : others;
    this.options.tell({ brokenOff: this.#brokenOff });
  }

  /** Once at each start, and once each day of the calendar. */
  async #retain({ retention }: ServiceHost, signal: AbortSignal): Promise<boolean> {
    const today = localDay(this.options.time.now());
    if (retention === undefined || (this.#retentionDone && this.#retentionOn === today) || !this.#attempts.mayTry('retention'))
      return false;
    this.#attempts.note('retention', pause);
    await this.#working('retention', { task: 'retention' }, async () => {
      this.options.log(describeRetention(await retention.run({ signal })));
      this.#retentionDone = true;
      this.#retentionOn = today;
      this.options.tell({ retentionOn: today });
    });
    return true;
  }

  async #verify({ verification }: ServiceHost, signal: AbortSignal): Promise<boolean> {
    if (verification === undefined || !this.#attempts.mayTry('verification')) return false;
    if (!(await verification.due(this.options.time.now()))) return false;
    this.#attempts.note('verification', hour);
    await this.#working('verification', { task: 'verification' }, async (onProgress) => {
      this.options.log({ level: 'info', event: 'verification-started', message: 'Verification: reading backups back.' });
      this.options.log(describeVerification(await verification.run({ signal, onProgress })));
    });
    return true;
  }

  /** Says what is under way as long as it is. What it fails of is told, and is no end of the service. */
  async #working<Result>(
    what: string,
    work: Omit<ServiceWork, 'since' | 'progress'> & { readonly task: ServiceTask },
    run: (onProgress: OnProgress) => Promise<Result>,
  ): Promise<Result | undefined> {
    const { tell, fail, time } = this.options;
    const begun: ServiceWork = { ...work, since: time.now().toISOString() };
    tell({ state: 'working', work: begun });
    try {
      return await run(({ phase, bytes, totalBytes }) =>
        tell({ work: { ...begun, progress: { phase, bytes, ...(totalBytes !== undefined && { totalBytes }) } } }),
      );
    } catch (error) {
      fail(what, error);
      return undefined;
    } finally {
      tell({ state: 'waiting', work: undefined });
    }
  }
}

/** `YYYY-MM-DD` where this machine is. */
function localDay(date: Date): string {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}
