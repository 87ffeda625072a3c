/** How long, how much and how often: what the host grants to a provider's process. Times are in milliseconds, sizes in bytes. */
export interface RuntimeLimits {
  /** A message that is not acknowledged after this time makes the provider unresponsive. */
  readonly acknowledge: number;
  /** How often it is pinged while a call runs. */
  readonly ping: number;
  /** An unresponsive provider is killed after this time. */
  readonly kill: number;
  /** Until the process answers at all. */
  readonly start: number;
  /** Until the provider's code is loaded and has prepared itself. */
  readonly activate: number;
  /** A process that nobody uses is stopped after this time. */
  readonly idle: number;
  /** What a provider has to finish when it is stopped. */
  readonly deactivate: number;
  /** How long running calls may go on once they are cancelled because the runtime ends. */
  readonly finish: number;
  /** The waiting times before the first, second and any later start after a crash. */
  readonly restartDelays: readonly number[];
  /** So many crashes within `crashWindow` stop it for good. */
  readonly crashes: number;
  readonly crashWindow: number;
  /** What JavaScript objects may take. */
  readonly heap: number;
  /** What the whole process may take. */
  readonly resident: number;
  /** Of a log line, what goes beyond is cut off. */
  readonly logLine: number;
  /** So many log lines at once, */
  readonly logBurst: number;
  /** and so many a second after that. */
  readonly logRate: number;
  /** Of one log file, and how many there are, */
  readonly logFile: number;
  readonly logFiles: number;
}

const mebibyte = 1024 * 1024;

export const defaultRuntimeLimits: RuntimeLimits = {
  acknowledge: 3_000,
  ping: 1_000,
  kill: 15_000,
  start: 10_000,
  activate: 30_000,
  idle: 60_000,
  deactivate: 5_000,
  finish: 10_000,
  restartDelays: [500, 2_000, 8_000],
  crashes: 3,
  crashWindow: 5 * 60_000,
  heap: 256 * mebibyte,
  resident: 512 * mebibyte,
  logLine: 8 * 1024,
  logBurst: 1_000,
  logRate: 100,
  logFile: mebibyte,
  logFiles: 3,
};
