import type { ErrorDetails } from '../../base/errors.js';
import { isJsonObject } from '../../providers/schema-problem.js';
import { isIssueCode } from './catalogue.js';
import type { RaisedIssue } from './raised-issue.js';

/** An issue as it was stored; `undefined` for what this version doesn't know. */
export function parseRaisedIssue(value: unknown): RaisedIssue | undefined {
  if (!isJsonObject(value)) return undefined;
  const { code, details, raisedAt, updatedAt, times, provider, about } = value;
  if (!isIssueCode(code) || typeof raisedAt !== 'string' || typeof updatedAt !== 'string' || typeof times !== 'number') return undefined;
  const [location, job] = [parseTitled(value['location']), parseTitled(value['job'])];
  return {
    code,
    details: parseDetails(details),
    raisedAt,
    updatedAt,
    times,
    ...(job !== undefined && { job }),
    ...(location !== undefined && { location }),
    ...(typeof provider === 'string' && { provider }),
    ...(typeof about === 'string' && { about }),
  };
}

function parseTitled(value: unknown): { id: string; title: string } | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, title } = value;
  return typeof id === 'string' && typeof title === 'string' ? { id, title } : undefined;
}

function parseDetails(value: unknown): ErrorDetails {
  const entries = Object.entries(isJsonObject(value) ? value : {});
  return Object.fromEntries(entries.filter(([, detail]) => ['string', 'number', 'boolean'].includes(typeof detail))) as ErrorDetails;
}
