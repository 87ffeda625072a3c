/** Names of the periods that a moment lies in, by the local calendar. Two moments in the same period give the same name. */
export interface Periods {
  readonly hourly: string;
  readonly daily: string;
  readonly weekly: string;
  readonly monthly: string;
  readonly yearly: string;
  /** Days since 1970-01-01 of the local date. */
  readonly dayNumber: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** Of the moments that were asked for last: the calendar is slow, and simulating years asks for the same moments again and again. */
const known = new Map<string, Periods>();
const mostKnown = 5_000;

/** @param timeZone IANA name; default this machine's */
export function periodsOf(date: Date, timeZone?: string): Periods {
  const name = `${date.getTime()} ${timeZone ?? ''}`;
  let periods = known.get(name);
  if (periods === undefined) {
    if (known.size >= mostKnown) known.clear();
    periods = calculated(date, timeZone);
    known.set(name, periods);
  }
  return periods;
}

function calculated(date: Date, timeZone: string | undefined): Periods {
  const parts = Object.fromEntries(
    formatFor(timeZone)
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
  const { year = '', month = '', day = '', hour = '', minute = '' } = parts;
  const dayNumber = Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000;
  const daily = `${year}-${month}-${day}`;
  return {
    // Named by the moment at which it began as well: an hour that comes twice is two hours.
    hourly: `${daily} ${hour} ${Math.floor(date.getTime() / 60_000) - Number(minute)}`,
    daily,
    // 1970-01-01 was a Thursday: the week of a day is named by its Monday.
    weekly: String(Math.floor((dayNumber + 3) / 7)),
    monthly: `${year}-${month}`,
    yearly: year,
    dayNumber,
  };
}

function formatFor(timeZone: string | undefined): Intl.DateTimeFormat {
  const key = timeZone ?? '';
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      ...(timeZone !== undefined && { timeZone }),
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(key, format);
  }
  return format;
}
