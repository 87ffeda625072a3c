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

/** @param timeZone IANA name; default this machine's */
export function periodsOf(date: Date, timeZone?: string): Periods {
  const parts = Object.fromEntries(
    formatFor(timeZone)
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
  const { year = '', month = '', day = '', hour = '' } = parts;
  const dayNumber = Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000;
  const daily = `${year}-${month}-${day}`;
  return {
    // An hour that comes twice is two hours.
    hourly: `${daily} ${hour} ${date.getTime() - (date.getTime() % 3_600_000)}`,
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
      hourCycle: 'h23',
    });
    formats.set(key, format);
  }
  return format;
}
