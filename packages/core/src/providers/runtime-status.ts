/**
 * - `idle`: not started, or stopped because nothing asked for it.
 * - `unresponsive`: it has not acknowledged a message for 3 seconds.
 * - `waiting`: it crashed and is started again with the next call after a delay.
 * - `stopped`: it crashed too often. `provider enable` starts it again.
 */
export type RuntimeState = 'idle' | 'starting' | 'running' | 'unresponsive' | 'stopping' | 'waiting' | 'stopped';

/** How a provider package's code is doing. Plain data. */
export interface RuntimeStatus {
  readonly package: string;
  readonly version: string;
  /** Where the code runs: a process of its own, or the host's. */
  readonly isolation: 'process' | 'inline';
  readonly state: RuntimeState;
  readonly pid?: number;
  /** The host's process. */
  readonly hostPid: number;
  /** ISO 8601 in UTC, of the last start. */
  readonly startedAt?: string;
  /** The call that it was started for, such as `open`. */
  readonly reason?: string;
  /** Milliseconds that the last start took: until the process answered, until the code was loaded, until it was active. */
  readonly timing?: { readonly spawn: number; readonly load: number; readonly activate: number };
  /** Bytes resident, when last looked at. */
  readonly memory?: number;
  /** Calls so far. */
  readonly requests: number;
  /** How often it was started again after a crash. */
  readonly restarts: number;
  /** ISO 8601 in UTC, of the crashes of the last five minutes. */
  readonly crashes: readonly string[];
  readonly lastError?: { readonly at: string; readonly code: string; readonly message: string };
  /** The last lines of its log, when it crashed. */
  readonly lastLog?: readonly string[];
  /** ISO 8601 in UTC, when this was noted. */
  readonly at: string;
}
