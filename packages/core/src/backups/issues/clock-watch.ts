const minute = 60_000;
const tolerance = 10 * minute;
const day = 24 * 60 * minute;

/** What is remembered of the clock between two looks at it. ISO 8601 in UTC. */
export interface ClockMemory {
  /** The latest that the clock was ever seen to say. */
  readonly latest: string;
  /** It went back: what it said when that was first seen. */
  readonly backAt?: string;
}

export interface ClockLook {
  readonly memory: ClockMemory;
  /** What speaks against the clock, as the end of a sentence; absent if nothing does. */
  readonly evidence?: string;
}

/**
 * Whether the clock can be right: it is never before something that is known to have happened. One that went back was wrong before or is wrong
 * now; when it has gone on from there for a day, it is believed.
 *
 * @param happened the date of something that surely lies in the past, such as when the data directory was made
 */
export function lookAtClock(now: Date, happened: Date, memory: ClockMemory | undefined): ClockLook {
  const latest = memory === undefined ? now : new Date(memory.latest);
  if (now.getTime() < happened.getTime() - tolerance) {
    return { memory: memory ?? { latest: now.toISOString() }, evidence: `what is kept here was begun on ${shown(happened)}` };
  }
  if (now.getTime() >= latest.getTime() - tolerance) {
    return { memory: { latest: new Date(Math.max(now.getTime(), latest.getTime())).toISOString() } };
  }
  const backAt = memory?.backAt === undefined || new Date(memory.backAt) > now ? now : new Date(memory.backAt);
  if (now.getTime() - backAt.getTime() > day) return { memory: { latest: now.toISOString() } };
  return { memory: { latest: latest.toISOString(), backAt: backAt.toISOString() }, evidence: `it already said ${shown(latest)}` };
}

function shown(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
