import { setImmediate } from 'node:timers/promises';
import type { ServiceTime } from './service-time.js';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Time that only passes when a test says so: days in a moment. */
export interface SimulatedTime extends ServiceTime {
  /** Lets time pass for as long, and whoever sleeps wake up on the way. */
  pass(milliseconds: number): Promise<void>;
  /** The machine sleeps: the clock on the wall goes on, all else stands still. */
  suspend(milliseconds: number): void;
  /** Somebody sets the clock, by so much. */
  setClock(milliseconds: number): void;
}

export function simulateTime(start: string): SimulatedTime {
  let elapsed = 0;
  let wall = Date.parse(start);
  let sleepers: readonly Sleeper[] = [];

  const advance = (milliseconds: number) => {
    elapsed += milliseconds;
    wall += milliseconds;
  };
  return {
    now: () => new Date(wall),
    elapsed: () => elapsed,
    sleep(milliseconds, signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const onAbort = () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          resolve();
        };
        const sleeper = {
          until: elapsed + milliseconds,
          wake() {
            signal.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleepers = [...sleepers, sleeper];
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    async pass(milliseconds) {
      const end = elapsed + milliseconds;
      await setImmediate();
      for (;;) {
        const next = Math.min(...sleepers.map(({ until }) => until));
        if (next > end) break;
        advance(Math.max(0, next - elapsed));
        const woken = sleepers.filter(({ until }) => until <= elapsed);
        sleepers = sleepers.filter(({ until }) => until > elapsed);
        for (const { wake } of woken) wake();
        // All that follows from it at this moment.
        await setImmediate();
      }
      advance(end - elapsed);
    },
    suspend(milliseconds) {
      wall += milliseconds;
    },
    setClock(milliseconds) {
      wall += milliseconds;
    },
  };
}
