import type { HoldfastError } from '../../base/errors.js';
import { subjectOf } from '../provider-module.js';
import type { ProviderPackage } from '../provider-package.js';
import type { RuntimeState, RuntimeStatus } from '../runtime-status.js';
import { providerProcessError } from './errors.js';
import type { StartTiming } from './provider-connection.js';
import type { ProviderRun } from './provider-run.js';
import { addCrash, decideRestart, type RestartLimits } from './restart-policy.js';
import type { StatusFile } from './status-file.js';

export interface StatusKeeperOptions {
  readonly found: ProviderPackage;
  readonly limits: RestartLimits;
  readonly file: StatusFile | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type Noted = Pick<RuntimeStatus, 'state' | 'startedAt' | 'reason' | 'timing' | 'lastError' | 'lastLog'>;

/** Lines of its log that a stopped provider is shown with. */
const shownLines = 5;
/** Milliseconds after which others see what a process did meanwhile: its calls, its memory. */
const notingInterval = 2_000;

/** Keeps what is to know of a package's process, over the processes that it has, and the hosts. */
export class StatusKeeper {
  readonly #options: StatusKeeperOptions;
  #run: ProviderRun | undefined;
  #noted: Noted = { state: 'idle' };
  #crashes: readonly number[] = [];
  #requests = 0;
  #restarts = 0;
  #noting: NodeJS.Timeout | undefined;

  constructor(options: StatusKeeperOptions) {
    this.#options = options;
  }

  get state(): RuntimeState {
    return this.#noted.state;
  }

  /** Notes the state, and what else is to be noted with it. */
  set(state: RuntimeState, more: Partial<Noted> = {}): void {
    this.#noted = { ...this.#noted, ...more, state };
    this.#options.file?.write(this.status());
  }

  started(run: ProviderRun, reason: string): void {
    this.#run = run;
    if (this.#crashes.length > 0) this.#restarts += 1;
    this.set('starting', { startedAt: this.#text(this.#options.now()), reason });
  }

  running(timing: StartTiming): void {
    const { spawn, load, activate } = timing;
    clearInterval(this.#noting);
    this.#noting = setInterval(() => this.set(this.state), notingInterval).unref();
    this.set('running', { timing: { spawn: Math.round(spawn), load: Math.round(load), activate: Math.round(activate) } });
  }

  /** The process is gone. */
  ended(): void {
    clearInterval(this.#noting);
    this.#requests += this.#run?.connection.requests ?? 0;
    this.#run = undefined;
  }

  /** Notes a crash; returns the state that follows from it. */
  crashed(failure: HoldfastError, lastLog: readonly string[]): RuntimeState {
    const { limits, now } = this.#options;
    this.#crashes = addCrash(this.#crashes, now(), limits);
    const lastError = { at: this.#text(now()), code: failure.code, message: failure.message };
    const state = decideRestart(this.#crashes, limits).type === 'stop' ? 'stopped' : 'waiting';
    this.set(state, { lastError, lastLog });
    return state;
  }

  /** Reads what an earlier host noted, or whether a person has deleted it. Crashes of another version say nothing about this one. */
  async load(): Promise<void> {
    const { file, found } = this.#options;
    if (file === undefined) return;
    const noted = await file.read();
    const same = noted?.version === found.version && noted.package === found.name ? noted : undefined;
    this.#crashes = (same?.crashes ?? []).map((at) => Date.parse(at)).filter((at) => !Number.isNaN(at));
    const { lastError, lastLog } = same ?? {};
    this.#noted = { ...this.#noted, ...(lastError && { lastError }), ...(lastLog && { lastLog }) };
  }

  /** When the process may be started: milliseconds since 1970. Throws `provider-stopped` if it may not. */
  mayStartAt(): number {
    const decision = decideRestart(this.#crashes, this.#options.limits);
    if (decision.type === 'start') return decision.at;
    this.#noted = { ...this.#noted, state: 'stopped' };
    throw this.stoppedError();
  }

  stoppedError(): HoldfastError {
    const { found, limits } = this.#options;
    const lines = (this.#noted.lastLog ?? []).slice(-shownLines);
    return providerProcessError('provider-stopped', {
      subject: subjectOf(found),
      package: found.name,
      crashes: this.#crashes.length,
      minutes: Math.ceil(limits.window / 60_000),
      lastError: this.#noted.lastError?.message ?? 'nothing is known.',
      lastLog: lines.length === 0 ? '' : ` The end of its log:\n${lines.join('\n')}`,
    });
  }

  status(): RuntimeStatus {
    const { found, now } = this.#options;
    const pid = this.#run?.pid;
    const memory = this.#run?.memory();
    return {
      package: found.name,
      version: found.version,
      isolation: 'process',
      ...this.#noted,
      ...(pid !== undefined && { pid }),
      hostPid: process.pid,
      ...(memory !== undefined && { memory }),
      requests: this.#requests + (this.#run?.connection.requests ?? 0),
      restarts: this.#restarts,
      crashes: this.#crashes.map((at) => this.#text(at)),
      at: this.#text(now()),
    };
  }

  #text(time: number): string {
    return new Date(time).toISOString();
  }
}
