import type { Duplex } from 'node:stream';
import type { FatalError, LogLevel } from '../protocol/child-message.js';
import type { ProviderPackage } from '../provider-package.js';
import type { ProviderRuntime } from '../provider-runtime.js';
import type { RuntimeLimits } from './runtime-limits.js';

/** A line that a provider logged. */
interface ProviderLogEntry {
  readonly level: LogLevel;
  readonly message: string;
  /** The location that it is about, if it is about one. */
  readonly locationId?: string;
}

export interface ProviderConnectionOptions {
  /** The process's file descriptor 3, on which both sides talk. */
  readonly control: Duplex;
  /** The process's file descriptor 4, on which objects' bytes go. */
  readonly data: Duplex;
  readonly found: ProviderPackage;
  readonly log: (entry: ProviderLogEntry) => void;
  readonly limits: Pick<RuntimeLimits, 'acknowledge' | 'ping' | 'start' | 'activate' | 'deactivate'>;
  /** Told with `true` when the process has left a message without acknowledgement for too long, with `false` when it has caught up. */
  readonly onUnresponsive: (unresponsive: boolean) => void;
  /** The process sent what can't be understood, or too much. Nothing that it sends is heeded any more: it must be killed. To follow "its process ...". */
  readonly onFault: (reason: string) => void;
  /** The last thing that the process told: an exception that nobody caught. It ends by itself. */
  readonly onFatal?: (error: FatalError) => void;
  /** One of the channels closed, as it does when the process ends. Calls go on waiting until `close` says what became of it. */
  readonly onClosed?: () => void;
  /** The number of calls and streams under way changed to or from zero. */
  readonly onBusy?: (busy: boolean) => void;
}

/** How long each part of a start took, milliseconds: until the process answered (since the connection was made), until the code was loaded, until it was active. */
export interface StartTiming {
  readonly spawn: number;
  readonly load: number;
  readonly activate: number;
}

/**
 * The host's end of the channels to one provider process, from its start to its end. It neither starts nor kills the process.
 * What the code throws comes out as `ProviderError`, what keeps it from running as `HoldfastError`, with the texts of the inline runtime.
 */
export interface ProviderConnection extends Pick<ProviderRuntime, 'validate' | 'open' | 'migrate' | 'place' | 'nextStep'> {
  /** Has the process load its code and prepare itself. `provider-activation-failed` if it takes too long. Called once, before all else. */
  start(signal?: AbortSignal): Promise<StartTiming>;
  /** Calls and streams that are not over. */
  readonly outstanding: number;
  /** Calls so far. */
  readonly requests: number;
  /** Messages that were late, double or for nobody, and dropped. */
  readonly dropped: number;
  /** Bytes resident, as the process told with its last pong. */
  memory(): number | undefined;
  /** Asks now how it is; the answer shows in `memory()`. */
  ping(): void;
  /** Cancels every call under way; each still gets the time of its guard to end. */
  cancelAll(): void;
  /** Has the provider close its locations and deactivate itself. Returns when it has, when the channel has closed, or after the limit. */
  shutdown(): Promise<void>;
  /** Ends the connection: every call under way fails with the reason, every stream too, and all that is called later. */
  close(reason: Error): void;
}
