/** How fast it goes and how long it still takes, from what was counted so far. Times in seconds, on any clock. */
export interface ProgressEstimate {
  readonly startedAt: number;
  readonly at: number;
  readonly bytes: number;
  /** Bytes per second, smoothed; `undefined` until enough was seen to say. */
  readonly rate: number | undefined;
}

// A rate that is younger than this is noise; one that forgets faster makes "time left" jump.
const settleSeconds = 0.5;
const memorySeconds = 4;

export function startEstimate(at: number): ProgressEstimate {
  return { startedAt: at, at, bytes: 0, rate: undefined };
}

/** Takes in how many bytes there are by now. Counts that come quicker than every 0.1 s are left for the next call. */
export function advanceEstimate(estimate: ProgressEstimate, at: number, bytes: number): ProgressEstimate {
  const elapsed = at - estimate.at;
  if (elapsed < 0.1) return estimate;
  const now = Math.max(0, bytes - estimate.bytes) / elapsed;
  const age = at - estimate.startedAt;
  if (age < settleSeconds) return { ...estimate, rate: undefined };
  // An exponential average whose weight depends on the time that passed, not on how often it is asked;
  // while it is younger than its memory it is the plain average.
  const weight = 1 - Math.exp(-elapsed / Math.min(memorySeconds, age));
  const rate = estimate.rate === undefined ? now : estimate.rate + weight * (now - estimate.rate);
  return { ...estimate, at, bytes, rate };
}

/** Seconds until `total` bytes are reached at today's rate; `undefined` where that can't be told. */
export function secondsLeft(estimate: ProgressEstimate, bytes: number, total: number | undefined): number | undefined {
  if (total === undefined || estimate.rate === undefined || estimate.rate <= 0) return undefined;
  return Math.max(0, total - bytes) / estimate.rate;
}
