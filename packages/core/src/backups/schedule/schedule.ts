import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Weekday = (typeof weekdays)[number];

/** `HH:MM`, 00:00 to 23:59. */
export type TimeOfDay = string;

/** On which days a job runs. */
type Recurrence =
  | { readonly every: 'day' }
  | { readonly every: 'week'; readonly on: readonly Weekday[] }
  /** `last`: the month's last day. A day that a month doesn't have is its last one. */
  | { readonly every: 'month'; readonly day: number | 'last' }
  /** Five fields as in crontab: minute, hour, day of the month, month, weekday. */
  | { readonly every: 'cron'; readonly expression: string };

/** When a job runs by itself. */
export type Schedule = Recurrence & {
  /** At this time, or at a random one of a window, each day another. Not for `cron`, which has its own. Default: {@link defaultWindow}. */
  readonly at?: TimeOfDay | { readonly from: TimeOfDay; readonly to: TimeOfDay };
  /** IANA name. Default: this machine's. */
  readonly timeZone?: string;
};

/** Not the full hour, when everybody's machines do everything, and after the nightly work of most. */
export const defaultWindow = { from: '04:45', to: '05:45' } as const;

const time = /^([01]\d|2[0-3]):([0-5]\d)$/;
const cron = /^\S+ \S+ \S+ \S+ \S+$/;

/** Parses a schedule. What is wrong is thrown as an `Error` whose message is to follow `place`. */
export function parseSchedule(value: unknown, place = 'schedule'): Schedule {
  const given = object(value, place);
  const { timeZone, at } = given;
  const recurrence = parseRecurrence(given, place);
  if (recurrence.every === 'cron' && at !== undefined) throw new Error(`${place}.at: a cron expression has its own time`);
  if (timeZone !== undefined && !isTimeZone(timeZone)) throw new Error(`${place}.timeZone: ${JSON.stringify(timeZone)} is no time zone`);
  return {
    ...recurrence,
    ...(at === undefined ? {} : { at: parseAt(at, `${place}.at`) }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

function parseRecurrence({ every, on, day, expression }: JsonObject, place: string): Recurrence {
  switch (every) {
    case 'day':
      return { every };
    case 'week': {
      const chosen = Array.isArray(on) ? on : [];
      const wrong: unknown = chosen.find((name) => !isWeekday(name));
      if (wrong !== undefined || chosen.length === 0) throw new Error(`${place}.on: expected some of ${weekdays.join(', ')}`);
      return { every, on: weekdays.filter((name) => chosen.includes(name)) };
    }
    case 'month':
      if (day === 'last') return { every, day };
      if (typeof day === 'number' && Number.isInteger(day) && day >= 1 && day <= 31) return { every, day };
      throw new Error(`${place}.day: expected a day from 1 to 31, or "last"`);
    case 'cron':
      if (typeof expression === 'string' && cron.test(expression)) return { every, expression };
      throw new Error(`${place}.expression: expected five fields such as "30 3 * * 1-5"`);
    default:
      throw new Error(`${place}.every: expected day, week, month or cron, found ${JSON.stringify(every) ?? 'nothing'}`);
  }
}

function parseAt(value: unknown, place: string): TimeOfDay | { from: TimeOfDay; to: TimeOfDay } {
  if (isTime(value)) return value;
  if (isJsonObject(value)) {
    const { from, to } = value;
    if (isTime(from) && isTime(to) && from !== to) return { from, to };
  }
  throw new Error(`${place}: expected a time such as "03:30", or two that differ, "from" and "to"`);
}

/** Minutes since midnight. */
export function minutesOf(at: TimeOfDay): number {
  const [, hours = '0', minutes = '0'] = time.exec(at) ?? [];
  return Number(hours) * 60 + Number(minutes);
}

function isTime(value: unknown): value is TimeOfDay {
  return typeof value === 'string' && time.test(value);
}

function isWeekday(value: unknown): value is Weekday {
  return weekdays.some((name) => name === value);
}

function isTimeZone(value: unknown): value is string {
  try {
    return typeof value === 'string' && new Intl.DateTimeFormat('en', { timeZone: value }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}

function object(value: unknown, place: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Error(`${place}: expected an object`);
}
