/** What time it is. A host app may bring its own, tests bring one that stands still. Durations are measured without it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
