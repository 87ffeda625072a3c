import type { JobRun } from '../../backups/jobs/job-run.js';
import { Errands } from './errands.js';
import type { ServiceHost } from './service-host.js';
import type { ServiceTime } from './service-time.js';
import { describeLeap } from './tell-work.js';
import { type WakeWatch, watchWakes } from './wake-watch.js';
import { WorkLane, type WorkLaneOptions } from './work-lane.js';

export interface SchedulerOptions extends WorkLaneOptions {
  /** Lends the host as it is now: what its files say by the next time is seen by the next time. */
  readonly withHost: <Result>(use: (host: ServiceHost) => Promise<Result>) => Promise<Result>;
  /** Called at each wake: it is alive. */
  readonly beat: () => void;
}

/** The longest sleep, milliseconds: how soon it is noticed that the machine was suspended or its clock was set. */
const longestSleep = 30_000;
/** After a suspension, until the network is there again. Milliseconds. */
const settling = 30_000;

/** Does what is due when it is due, by a clock that may leap and a machine that may sleep. It writes nothing itself. */
export class Scheduler {
  readonly #lane: WorkLane;
  readonly #errands: Errands;
  readonly #wakes: WakeWatch;
  readonly #time: ServiceTime;
  #settledAt = 0;
  #alarm = new AbortController();

  constructor(private readonly options: SchedulerOptions) {
    this.#time = options.time;
    this.#lane = new WorkLane(options);
    this.#errands = new Errands(options.time, options.fail);
    this.#wakes = watchWakes(options.time, longestSleep);
  }

  /** Until the signal fires; what is under way then is cancelled and waited for. */
  async run(signal: AbortSignal): Promise<void> {
    const onAbort = () => this.wake();
    signal.addEventListener('abort', onAbort, { once: true });
    await Promise.all([this.#pulse(signal), this.#work(signal), this.#runErrands(signal)]);
    signal.removeEventListener('abort', onAbort);
  }

  /** Has it look again now, and not only in half a minute. */
  wake(): void {
    const alarm = this.#alarm;
    this.#alarm = new AbortController();
    alarm.abort();
  }

  /** Does all that is due, and returns the runs that came of it. */
  async once(signal: AbortSignal): Promise<readonly JobRun[]> {
    const done = new AbortController();
    const pulse = this.#pulse(done.signal);
    try {
      while (!signal.aborted && (await this.#step(signal)).busy);
      await this.#tried('errands', () => this.options.withHost((host) => this.#errands.run(host, signal)));
    } finally {
      done.abort();
      this.wake();
      await pulse;
    }
    return this.#lane.runs.splice(0);
  }

  /** Goes on whatever takes long: it tells that this process lives, and notices what the clock does. */
  async #pulse(signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await this.#sleep(longestSleep, signal)) {
      this.#look();
      this.options.beat();
    }
  }

  #look(): void {
    const leap = this.#wakes.look();
    if (leap === undefined) return;
    this.options.log(describeLeap(leap));
    if (leap.direction === 'ahead') this.#settledAt = this.#time.elapsed() + settling;
  }

  async #work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { busy, nextAt } = await this.#step(signal);
      this.#lane.runs.length = 0;
      if (!busy) await this.#sleep(this.#untilNext(nextAt), signal);
    }
  }

  async #step(signal: AbortSignal): Promise<{ readonly busy: boolean; readonly nextAt?: Date }> {
    this.#look();
    if (this.#time.elapsed() < this.#settledAt) return { busy: false };
    const idle = { busy: false };
    return (
      (await this.#tried('planning', () => this.options.withHost((host) => this.#lane.step(host, this.#wakes.awakeSince, signal)))) ?? idle
    );
  }

  async #runErrands(signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await this.#sleep(longestSleep, signal))
      await this.#tried('errands', () => this.options.withHost((host) => this.#errands.run(host, signal)));
  }

  async #sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await this.#time.sleep(milliseconds, this.#alarm.signal);
  }

  #untilNext(nextAt: Date | undefined): number {
    const left = nextAt === undefined ? longestSleep : nextAt.getTime() - this.#time.now().getTime();
    return Math.min(longestSleep, Math.max(1000, left));
  }

  async #tried<Result>(what: string, run: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await run();
    } catch (error) {
      this.options.fail(what, error);
      return undefined;
    }
  }
}
