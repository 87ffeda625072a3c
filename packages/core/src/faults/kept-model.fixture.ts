/** A copy of an automatic backup, as the model knows it. */
export interface ModelCopy {
  readonly id: string;
  /** What the clock showed when it was made, milliseconds since 1970. */
  readonly clock: number;
  /** Its place in the order in which the host made its backups. */
  readonly order: number;
}

/** The rules of the simulated jobs. */
export const rules = { copies: 2, days: 3, weekly: 2 } as const;

/** Where the hosts are. */
export const timeZone = 'Europe/Berlin';

const day = 86_400_000;

/**
 * Says which copies of a host's automatic backups a place keeps, from the promise alone: the newest two, those of the last three calendar days, the newest of each of the
 * last two weeks that have one, and always the one that was made last. A date that lies in the future counts for nothing; then the order counts.
 */
export function keptByPromise(copies: readonly ModelCopy[], now: number): ReadonlySet<string> {
  const inOrder = [...copies].sort((a, b) => a.order - b.order);
  const isSober = ({ clock }: ModelCopy) => clock <= now + day;
  const times = new Map(
    inOrder.map((copy, index) => {
      const later = inOrder
        .slice(index + 1)
        .filter(isSober)
        .map(({ clock }) => clock);
      return [copy.id, isSober(copy) ? copy.clock : Math.min(now, ...later) - 1] as const;
    }),
  );
  const timeOf = (id: string) => times.get(id) ?? 0;
  const newestFirst = inOrder.map(({ id }) => id).sort((a, b) => timeOf(b) - timeOf(a));
  const kept = new Set(newestFirst.slice(0, rules.copies));
  const today = localDay(now);
  for (const id of newestFirst) if (today - localDay(timeOf(id)) < rules.days) kept.add(id);
  const weeks = new Map<number, string>();
  for (const id of newestFirst) {
    // The first day of 1970 was a Thursday; weeks begin on Monday.
    const week = Math.floor((localDay(timeOf(id)) + 3) / 7);
    if (!weeks.has(week)) weeks.set(week, id);
  }
  for (const id of [...weeks.values()].slice(0, rules.weekly)) kept.add(id);
  const last = inOrder.at(-1);
  if (last !== undefined) kept.add(last.id);
  return kept;
}

/** Which day the calendar on the wall shows. */
function localDay(time: number): number {
  // The Swedish write dates as ISO 8601 does.
  return Date.parse(new Date(time).toLocaleDateString('sv-SE', { timeZone })) / day;
}
