/** Milliseconds, except `crashes`. */
export interface RestartLimits {
  /** So many crashes within `window` are too many. */
  readonly crashes: number;
  readonly window: number;
  /** How long to wait after the first crash, the second and so on. The last one is for all that follow. */
  readonly delays: readonly number[];
}

/** Whether a process may be started again. `at`: when, milliseconds since 1970. */
export type RestartDecision = { readonly type: 'start'; readonly at: number } | { readonly type: 'stop' };

/**
 * Decides by the times of the crashes, oldest first. Once there were too many it stays stopped however much time goes by: who
 * could have repaired it is a person.
 */
export function decideRestart(crashes: readonly number[], limits: RestartLimits): RestartDecision {
  for (const [index, crash] of crashes.entries()) {
    const earlier = crashes[index - limits.crashes + 1];
    if (earlier !== undefined && crash - earlier <= limits.window) return { type: 'stop' };
  }
  const last = crashes.at(-1);
  if (last === undefined) return { type: 'start', at: 0 };
  const recent = crashes.filter((crash) => last - crash <= limits.window).length;
  return { type: 'start', at: last + (limits.delays[Math.min(recent, limits.delays.length) - 1] ?? 0) };
}

/** The crashes that still count when one more happens at `now`, and that one. */
export function addCrash(crashes: readonly number[], now: number, limits: RestartLimits): number[] {
  // A clock that was set back must not leave crashes in the future, which would count for ever.
  return [...crashes.filter((crash) => crash <= now && now - crash <= limits.window), now];
}
