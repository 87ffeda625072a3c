import { defaultRetryPolicy, type RetryPolicy } from '@holdfast/object-storage';

/** How long calls may take, and how often they are made again. Times in milliseconds. */
export interface Timing {
  /** For every call but logging in. */
  readonly policy: RetryPolicy;
  /** A call without much content. */
  readonly callMs: number;
  /** For how long no byte of an upload may go out; behind the last one B2 stores them. */
  readonly uploadIdleMs: number;
  /** For how long no byte of a download may come. */
  readonly downloadIdleMs: number;
  /** For tidying up behind a call that failed: the host waits ten seconds in all. */
  readonly tidyMs: number;
}

/** B2 answers "too busy" as a matter of course, and a new upload URL leads to another machine: so the first retry comes soon. */
export const ordinaryTiming: Timing = {
  policy: { ...defaultRetryPolicy, firstDelayMs: 250 },
  callMs: 60_000,
  uploadIdleMs: 90_000,
  downloadIdleMs: 45_000,
  tidyMs: 6_000,
};

/** Someone waits for the answer. */
export const interactiveTiming: Timing = {
  ...ordinaryTiming,
  policy: { attempts: 3, firstDelayMs: 250, maxDelayMs: 5_000, maxTotalMs: 20_000 },
  callMs: 20_000,
};
