import type { ServiceTime } from './service-time.js';
import { type ServiceState, writeServiceState } from './service-state.js';

export interface StateKeeper {
  readonly state: ServiceState;
  /** Notes what changed, and writes it soon. */
  tell(change: Partial<ServiceState>): void;
  /** Says that this process lives. */
  beat(): void;
  /** Notes and writes what has to be known at the next start. */
  settle(change: Partial<ServiceState>): Promise<void>;
}

/** How often progress is written, milliseconds. */
const progressInterval = 5_000;

/** Keeps `service.json`. That it can't be written, as on a full disk, is told once and stops nothing. */
export function keepState(dataDir: string, initial: ServiceState, time: ServiceTime, onFailure: (error: unknown) => void): StateKeeper {
  let state = initial;
  let writing = Promise.resolve();
  let pending = false;
  let writtenAt = Number.NEGATIVE_INFINITY;

  async function write(lasting: boolean): Promise<void> {
    pending = false;
    writtenAt = time.elapsed();
    state = { ...state, heartbeat: time.now().toISOString() };
    try {
      await writeServiceState(dataDir, state, lasting);
    } catch (error) {
      onFailure(error);
    }
  }

  /** One after the other; of what comes while one is written, only the last state is written. */
  function schedule(): void {
    if (pending) return;
    pending = true;
    writing = writing.then(() => write(false));
  }

  return {
    get state() {
      return state;
    },
    tell(change) {
      const { work } = change;
      const onlyProgress = work?.progress !== undefined && work.since === state.work?.since;
      const same = Object.entries(change).every(([name, value]) => JSON.stringify(value) === JSON.stringify(read(state, name)));
      if (same) return;
      state = { ...state, ...change };
      if (!onlyProgress || time.elapsed() - writtenAt >= progressInterval) schedule();
    },
    beat: schedule,
    async settle(change) {
      state = { ...state, ...change };
      writing = writing.then(() => write(true));
      await writing;
    },
  };
}

function read(state: ServiceState, name: string): unknown {
  return Object.entries(state).find(([known]) => known === name)?.[1];
}
