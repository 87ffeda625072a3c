import type { ConnectionBytes } from './connection-bytes.js';
import type { FaultPlan } from './fault-plan.js';
import type { ProxyLog } from './proxy-log.js';

/** A client's connection, and what is needed to serve it. */
export interface ProxiedConnection {
  readonly client: ConnectionBytes;
  /** A connection to the service; undefined if there is none to be had. */
  connect(): Promise<ConnectionBytes | undefined>;
  /** The plan as it is now. */
  plan(): FaultPlan;
  readonly log: ProxyLog;
  readonly seed: number;
  /** The proxy ends. */
  readonly signal: AbortSignal;
}
