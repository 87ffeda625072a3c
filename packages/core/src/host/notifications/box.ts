import type { News } from './news.js';

const minute = 60_000;
const hour = 60 * minute;

/** Messages that one notification sends within an hour; what else comes up then waits, and goes out together. */
export const messagesAnHour = 10;
/** An issue that comes and goes is told no more often than that. */
const quiet = hour;
const mostNews = 200;
const mostRemembered = 500;
const longestWait = 3 * 24 * hour;
const backOff = [minute, 5 * minute, 15 * minute, hour, 4 * hour];
const longestBackOff = 4 * hour;

/** What waits to be told by one notification, and how its delivery goes. Dates are ISO 8601 in UTC. */
export interface Box {
  /** The oldest first. */
  readonly news: readonly WaitingNews[];
  /** What its receiver knows of issues. */
  readonly told: Readonly<Record<string, { readonly state: 'raised' | 'resolved'; readonly at: string }>>;
  /** When messages were sent within the last hour. */
  readonly recent: readonly string[];
  readonly sentAt?: string;
  /** Tries that failed in a row. */
  readonly attempts: number;
  readonly nextAttempt?: string;
  readonly error?: { readonly at: string; readonly message: string };
  readonly lost: number;
}

export type WaitingNews = News & { readonly notBefore?: string };

export const emptyBox: Box = { news: [], told: {}, recent: [], attempts: 0, lost: 0 };

/** Puts something into the box, unless its receiver knows it already, or does not need to know any more. */
export function put(box: Box, news: News, options: { readonly resolved: boolean; readonly ping: boolean }, now: Date): Box {
  switch (news.kind) {
    case 'issue-raised':
      return putRaised(box, news, now);
    case 'issue-resolved':
      return putResolved(box, news, options.resolved);
    default: {
      // Only how it stands now matters to who counts the minutes.
      const others = options.ping ? box.news.filter(({ subject }) => subject !== news.subject) : box.news;
      return withNews({ ...box, news: others }, news);
    }
  }
}

function putRaised(box: Box, news: News, now: Date): Box {
  const others = box.news.filter(({ subject }) => subject !== news.subject);
  const told = box.told[news.subject];
  // It was to be told that this is over, and it isn't.
  if (told?.state === 'raised') return { ...box, news: others };
  const quietUntil = told === undefined ? 0 : Date.parse(told.at) + quiet;
  const isQuiet = quietUntil > now.getTime() && quietUntil - now.getTime() <= quiet;
  return withNews({ ...box, news: others }, { ...news, ...(isQuiet && { notBefore: new Date(quietUntil).toISOString() }) });
}

function putResolved(box: Box, news: News, isWanted: boolean): Box {
  const others = box.news.filter(({ subject }) => subject !== news.subject);
  const told = box.told[news.subject];
  // Nobody has to hear of what came and went meanwhile.
  if (told?.state !== 'raised') return { ...box, news: others };
  if (isWanted) return withNews({ ...box, news: others }, news);
  return { ...box, news: others, told: { ...box.told, [news.subject]: { state: 'resolved', at: told.at } } };
}

function withNews(box: Box, news: WaitingNews): Box {
  const all = [...box.news, news];
  const surplus = Math.max(0, all.length - mostNews);
  return { ...box, news: all.slice(surplus), lost: box.lost + surplus };
}

/** What may be sent now: nothing while it waits after a failure, or after many messages. */
export function dueNews(box: Box, now: Date): readonly WaitingNews[] {
  const time = now.getTime();
  // A clock that was ahead must not keep it waiting until then.
  const isLater = (at: string | undefined, most: number) => at !== undefined && Date.parse(at) > time && Date.parse(at) - time <= most;
  if (isLater(box.nextAttempt, longestBackOff)) return [];
  if (recentOf(box, now).length >= messagesAnHour) return [];
  return box.news.filter(({ notBefore }) => !isLater(notBefore, quiet));
}

/** @param counts whether it counts among the messages of the hour */
export function afterSent(box: Box, sent: readonly News[], now: Date, counts: boolean): Box {
  const at = now.toISOString();
  const ids = new Set(sent.map(({ id }) => id));
  const told = { ...box.told };
  for (const { kind, subject } of sent) {
    if (kind === 'issue-raised') told[subject] = { state: 'raised', at };
    else if (kind === 'issue-resolved') told[subject] = { state: 'resolved', at };
  }
  const { error: _, nextAttempt: __, ...rest } = box;
  return {
    ...rest,
    news: box.news.filter(({ id }) => !ids.has(id)),
    told: remembered(told),
    recent: counts ? [...recentOf(box, now), at] : recentOf(box, now),
    sentAt: at,
    attempts: 0,
  };
}

export function afterFailure(box: Box, message: string, now: Date): Box {
  const attempts = box.attempts + 1;
  const wait = backOff[Math.min(attempts, backOff.length) - 1] ?? longestBackOff;
  const news = box.news.filter(({ at }) => now.getTime() - Date.parse(at) <= longestWait);
  return {
    ...box,
    news,
    lost: box.lost + box.news.length - news.length,
    attempts,
    nextAttempt: new Date(now.getTime() + wait).toISOString(),
    error: { at: now.toISOString(), message },
  };
}

function recentOf({ recent }: Box, now: Date): readonly string[] {
  return recent.filter((at) => Math.abs(now.getTime() - Date.parse(at)) < hour);
}

/** What is solved longest is forgotten first. */
function remembered(told: Box['told']): Box['told'] {
  const all = Object.entries(told);
  if (all.length <= mostRemembered) return told;
  const order = ({ state, at }: Box['told'][string]) => `${state === 'raised' ? 1 : 0} ${at}`;
  return Object.fromEntries(all.toSorted(([, a], [, b]) => (order(a) < order(b) ? 1 : -1)).slice(0, mostRemembered));
}
