import { isJsonObject } from '../../providers/schema-problem.js';
import { type Box, emptyBox, type WaitingNews } from './box.js';
import type { NewsKind } from './news.js';

const kinds: readonly NewsKind[] = ['issue-raised', 'issue-resolved', 'run-started', 'run-ended', 'test'];
const severities = ['error', 'warning', 'info'] as const;

/** A box as it was stored. What this version doesn't know is left out. */
export function parseBox(value: unknown): Box {
  if (!isJsonObject(value)) return emptyBox;
  const { news, told, recent, sentAt, attempts, nextAttempt, error, lost } = value;
  return {
    news: Array.isArray(news) ? news.flatMap((each) => parseNews(each) ?? []) : [],
    told: parseTold(told),
    recent: Array.isArray(recent) ? recent.filter(isDate) : [],
    ...(isDate(sentAt) && { sentAt }),
    attempts: typeof attempts === 'number' ? attempts : 0,
    ...(isDate(nextAttempt) && { nextAttempt }),
    ...(isJsonObject(error) &&
      isDate(error['at']) &&
      typeof error['message'] === 'string' && { error: { at: error['at'], message: error['message'] } }),
    lost: typeof lost === 'number' ? lost : 0,
  };
}

function parseNews(value: unknown): WaitingNews | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, at, subject, title, text, data, notBefore } = value;
  const kind = kinds.find((known) => known === value['kind']);
  const severity = severities.find((known) => known === value['severity']);
  if (kind === undefined || severity === undefined || !isDate(at) || !isJsonObject(data)) return undefined;
  if (typeof id !== 'string' || typeof subject !== 'string' || typeof title !== 'string' || typeof text !== 'string') return undefined;
  return { id, kind, at, subject, severity, title, text, data, ...(isDate(notBefore) && { notBefore }) };
}

function parseTold(value: unknown): Box['told'] {
  const entries = Object.entries(isJsonObject(value) ? value : {}).flatMap(([id, each]) => {
    if (!isJsonObject(each) || !isDate(each['at'])) return [];
    return [[id, { state: each['state'] === 'raised' ? ('raised' as const) : ('resolved' as const), at: each['at'] }] as const];
  });
  return Object.fromEntries(entries);
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
