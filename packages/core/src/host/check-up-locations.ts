import type { NewIssue, RaisedIssue } from '../backups/issues/raised-issue.js';
import { listAlarms } from '../backups/seal/list-alarms.js';
import { describeFailure } from '../backups/failure.js';
import type { LocationRecord } from '../config/location-record.js';
import { isHoldfastError } from '../base/errors.js';
import { isProviderError } from '../provider-api/index.js';
import { ownTokens } from './own-tokens.js';
import { type GetService, serviceTokens } from './service-tokens.js';

const checkMilliseconds = 60_000;
const patienceMilliseconds = 20 * 60 * 60_000;

/** What locations said when they were asked. */
export interface LocationsLook {
  /** Those that did not answer, and since when. ISO 8601 in UTC. */
  readonly away: Readonly<Record<string, string>>;
}

/**
 * Asks all locations whether they work, and looks whether the seals that they should have are there. What only its user can mend is told by the
 * events of the locations themselves. One that does not answer may be asleep: it is an issue when it still doesn't a day later.
 */
export async function lookAtLocations(
  get: GetService,
  away: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<LocationsLook> {
  const now = get(serviceTokens.clock).now();
  const records = get(ownTokens.locations).list();
  const looks = await Promise.all(records.map(async (record) => ({ record, ...(await lookAt(get, record, signal)) })));
  const absent = looks
    .filter(({ state }) => state === 'away')
    .map(({ record }) => [record.id, away[record.id] ?? now.toISOString()] as const);
  const since = Object.fromEntries(absent);
  const raised = looks.flatMap(({ record: { id, title }, reason = '' }): NewIssue[] => {
    const from = since[id];
    if (from === undefined || now.getTime() - Date.parse(from) < patienceMilliseconds) return [];
    return [{ code: 'location-unreachable', location: { id, title }, details: { reason } }];
  });
  const issues = get(ownTokens.issues);
  await issues.apply({ raised, cured: () => false });
  const works = new Set(looks.flatMap(({ record, state }) => (state === 'works' ? [record.id] : [])));
  await issues.apply({ raised: await brokenSeals(get, records, signal), cured: ({ code, location }) => isSealOf(code, location, works) });
  return { away: since };
}

function isSealOf(code: RaisedIssue['code'], location: RaisedIssue['location'], works: ReadonlySet<string>): boolean {
  return code === 'seal-missing' && location !== undefined && works.has(location.id);
}

async function lookAt(
  get: GetService,
  { id, title }: LocationRecord,
  signal: AbortSignal,
): Promise<{ readonly state: 'works' | 'away' | 'fails'; readonly reason?: string }> {
  try {
    await get(ownTokens.locations).check(id, { signal: AbortSignal.any([signal, AbortSignal.timeout(checkMilliseconds)]) });
    return { state: 'works' };
  } catch (error) {
    signal.throwIfAborted();
    const cause: unknown = isHoldfastError(error, 'location-failed') ? error.cause : error;
    const isAway = isProviderError(cause) && ['unavailable', 'rate-limited', 'cancelled'].includes(cause.code);
    const { message } = describeFailure(cause instanceof Error ? cause : error, { id, title });
    return { state: isAway ? 'away' : 'fails', reason: message.replace(`Location "${title}": `, '') };
  }
}

async function brokenSeals(get: GetService, records: readonly LocationRecord[], signal: AbortSignal): Promise<readonly NewIssue[]> {
  const { alarms } = await listAlarms(get(ownTokens.backupServices), signal);
  return alarms.flatMap(({ location: title, key, message }) => {
    const record = records.find((known) => known.title === title);
    if (record === undefined) return [];
    return [{ code: 'seal-missing', location: { id: record.id, title }, about: key, details: { reason: message } }];
  });
}
