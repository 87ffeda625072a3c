import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import { defaultWindow, minutesOf, type Schedule, weekdays } from './schedule.js';

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * The first run of a schedule after a moment; `undefined` if there is none. Where the clocks go forward over its time it runs right after, and
 * where they go back over it, once. In a window its time is drawn from `seed` and the day: every other day another, and for one day always the same,
 * so that a restart neither skips nor doubles it.
 */
export function nextRun(schedule: Schedule, after: Date, seed: string): Date | undefined {
  const { expression, minutes } = startOf(schedule);
  const starts = new Cron(expression, { ...(schedule.timeZone !== undefined && { timezone: schedule.timeZone }), paused: true });
  if (minutes === 0) return starts.nextRun(after) ?? undefined;
  // A window that began before may have its moment still ahead.
  let start = starts.nextRun(new Date(after.getTime() - minutes * minute - 1));
  for (; start !== null; start = starts.nextRun(start)) {
    const drawn = new Date(start.getTime() + drawnShare(seed, start) * minutes * minute);
    if (drawn > after) return drawn;
  }
  return undefined;
}

/** The schedule's start as a cron expression, and how long the window is that begins there, in minutes. */
function startOf(schedule: Schedule): { readonly expression: string; readonly minutes: number } {
  if (schedule.every === 'cron') return { expression: schedule.expression, minutes: 0 };
  const { at = defaultWindow } = schedule;
  const from = minutesOf(typeof at === 'string' ? at : at.from);
  const minutes = typeof at === 'string' ? 0 : (minutesOf(at.to) - from + day / minute) % (day / minute);
  return { expression: `${from % 60} ${Math.floor(from / 60)} ${daysOf(schedule)}`, minutes };
}

function daysOf(schedule: Exclude<Schedule, { every: 'cron' }>): string {
  switch (schedule.every) {
    case 'day':
      return '* * *';
    case 'week':
      return `* * ${schedule.on.map((name) => (weekdays.indexOf(name) + 1) % 7).join(',')}`;
    case 'month':
      return `${schedule.day === 'last' || schedule.day > 28 ? 'L' : schedule.day} * *`;
  }
}

/** From 0 to below 1. */
function drawnShare(seed: string, start: Date): number {
  const digest = createHash('sha256').update(`${seed} ${start.toISOString()}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}
