import type { LockHolder } from '../../base/process-lock.js';
import { serviceHolder } from './service-lock.js';
import { readServiceState, type ServiceState } from './service-state.js';

/** Longer than the service ever sleeps. Milliseconds. */
const silence = 3 * 60_000;

/** Whether somebody looks after a data directory, and what they last said. */
export interface ServiceReport {
  /** `unresponsive`: its process is there and has said nothing for minutes. `none`: there is none now. */
  readonly state: 'running' | 'unresponsive' | 'none';
  /** Whose process it is. */
  readonly holder?: LockHolder;
  /** What it says, or said before it ended; absent if there never was one. */
  readonly said?: ServiceState;
}

/** As `readServiceReport`. */
export async function findService(dataDir: string, now: Date): Promise<ServiceReport> {
  const [holder, said] = await Promise.all([serviceHolder(dataDir), readServiceState(dataDir)]);
  const known = { ...(holder !== undefined && { holder }), ...(said !== undefined && { said }) };
  if (holder === undefined) return { state: 'none', ...known };
  // One that has just started has not said anything yet, and is given the time to.
  const lastSign = said?.pid === holder.pid ? said.heartbeat : holder.since;
  // A clock that was set back makes the last sign one of the future, until the next one half a minute later.
  const isSilent = Math.abs(now.getTime() - Date.parse(lastSign)) > silence;
  return { state: isSilent ? 'unresponsive' : 'running', ...known };
}
