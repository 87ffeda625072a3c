export interface FloodLimits {
  /** So many at once, */
  readonly burst: number;
  /** and so many a second after that. */
  readonly rate: number;
}

/** Counts what comes and says what may pass, by a bucket that refills. Times are in milliseconds. */
export function createFloodGate({ burst, rate }: FloodLimits) {
  let tokens = burst;
  let filledAt: number | undefined;
  let dropped = 0;
  return {
    /** Whether one may pass now; with the number of those that were dropped since the last one that did. */
    pass(now: number): { readonly passes: boolean; readonly dropped: number } {
      tokens = Math.min(burst, tokens + (Math.max(0, now - (filledAt ?? now)) / 1000) * rate);
      filledAt = now;
      if (tokens < 1) {
        dropped += 1;
        return { passes: false, dropped: 0 };
      }
      tokens -= 1;
      return { passes: true, dropped: this.takeDropped() };
    },
    /** How many were dropped and not told yet. */
    takeDropped(): number {
      const count = dropped;
      dropped = 0;
      return count;
    },
  };
}
