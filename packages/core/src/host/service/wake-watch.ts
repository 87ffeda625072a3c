import type { ServiceTime } from './service-time.js';

/** What the clock did since the last look, where it was more than passing the time. */
export interface ClockLeap {
  /** `ahead`: the machine was suspended or its clock was set forward. `back`: its clock was set back. */
  readonly direction: 'ahead' | 'back';
  readonly milliseconds: number;
}

/** Less than that is the business of time servers, and of a machine with too much to do. */
const toleranceMilliseconds = 90_000;

/** Looks at the clock on the wall beside one that only goes on, and so notices that the machine slept or that its time was changed. */
export interface WakeWatch {
  /** To be called at each wake. */
  look(): ClockLeap | undefined;
  /** Since when nothing was slept through. */
  readonly awakeSince: Date;
}

export function watchWakes(time: ServiceTime, stepMilliseconds: number): WakeWatch {
  let awakeSince = time.now();
  let last = { wall: time.now().getTime(), elapsed: time.elapsed() };
  return {
    get awakeSince() {
      return awakeSince;
    },
    look() {
      const now = time.now();
      const [wall, elapsed] = [now.getTime() - last.wall, time.elapsed() - last.elapsed];
      last = { wall: now.getTime(), elapsed: time.elapsed() };
      // Where the second clock counts a suspension as well, only that this wake comes late tells of it.
      const leap = Math.abs(wall - elapsed) > Math.abs(wall - stepMilliseconds) ? wall - elapsed : wall - stepMilliseconds;
      if (Math.abs(leap) <= toleranceMilliseconds) return undefined;
      awakeSince = now;
      return { direction: leap > 0 ? 'ahead' : 'back', milliseconds: Math.abs(leap) };
    },
  };
}
