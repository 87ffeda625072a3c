import { setTimeout } from 'node:timers/promises';
import { monotonic } from '../../base/monotonic.js';
import { type Clock, systemClock } from '../../base/clock.js';

/** The time as the service sees it: the clock on the wall, which people and time servers change, and one that only goes on. */
export interface ServiceTime extends Clock {
  /** Milliseconds since some moment. May stand still while the machine is suspended. */
  elapsed(): number;
  /** Resolves after so many milliseconds of `elapsed`, or as soon as `signal` fires. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemTime: ServiceTime = {
  now: () => systemClock.now(),
  elapsed: () => monotonic(),
  // Rejects for nothing but the signal.
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }).catch(() => {}),
};
