import { isErrno } from '../base/atomic-file.js';
import { isHoldfastError } from '../base/errors.js';
import type { LocationRecord } from '../config/location-record.js';
import { pathsIn } from '../config/path-grants.js';
import { isProviderError, type ProviderErrorCode } from '../provider-api/index.js';
import type { IssueCode } from './issues/catalogue.js';
import type { NewIssue, RaisedIssue } from './issues/raised-issue.js';
import type { BackupServices } from './services.js';

/** What a location's success cures. */
const cured: readonly IssueCode[] = [
  'too-large',
  'not-encrypted',
  'local-storage-full',
  'quota-exceeded',
  'access-lost',
  'location-gone',
  'location-unreachable',
];

/**
 * Raises the issues of the locations that failed as only their user can mend, and closes those of the ones that have the backup. `whole` is what the
 * backup as a whole failed with, if it did.
 */
export async function noteIssues(
  services: BackupServices,
  failed: ReadonlyMap<LocationRecord, unknown>,
  stored: readonly LocationRecord[],
  whole: unknown,
): Promise<void> {
  try {
    const raised = [...failed].flatMap(([record, error]) => issueOf(services, record, error) ?? []);
    if (isNoRoom(whole)) raised.push(noRoomHere);
    const isStored = (location: RaisedIssue['location']) => stored.some(({ id }) => id === location?.id);
    await services.issues.apply({
      raised,
      // Here there was room for this one.
      cured: ({ code, location }) =>
        cured.includes(code) && (isStored(location) || (code === 'local-storage-full' && location === undefined && stored.length > 0)),
    });
  } catch (error) {
    // A backup that was made is not lost because a note about it can't be written.
    services.log.warn(`What became of the backup can't be noted among the issues: ${String(error)}`);
  }
}

function issueOf(services: BackupServices, record: LocationRecord, error: unknown): NewIssue | undefined {
  const location = { id: record.id, title: record.title };
  if (isHoldfastError(error, 'too-large')) return { code: 'too-large', location, details: error.details };
  if (isHoldfastError(error, 'encryption-required')) return { code: 'not-encrypted', location };
  if (isNoRoom(error)) return noRoomHere;
  const { code, reason } = providerFailure(error);
  switch (code) {
    case 'too-large': {
      const size = `its service says "${reason}"`;
      return { code: 'too-large', location, details: { size, limit: 'something smaller', largest: 'see `holdfast backup ls`' } };
    }
    case 'quota-exceeded':
      return isOnThisMachine(services, record)
        ? { code: 'local-storage-full', location, details: { what: `the location "${record.title}" is on` } }
        : { code: 'quota-exceeded', location, details: { reason } };
    case 'auth-failed':
    case 'permission-denied':
      return { code: 'access-lost', location, details: { reason } };
    case 'not-found':
      return { code: 'location-gone', location, details: { reason } };
    default:
      return undefined;
  }
}

const noRoomHere: NewIssue = {
  code: 'local-storage-full',
  details: { what: "holds Holdfast's data directory, where parts of a backup wait until their sizes are known" },
};

/** Whether the disk of the data directory is full. */
function isNoRoom(error: unknown): boolean {
  return isHoldfastError(error, 'local-storage-full') || isErrno(error, 'ENOSPC');
}

/** A failure of the place's provider, whether it was opened already or not. */
function providerFailure(error: unknown): { readonly code: ProviderErrorCode | undefined; readonly reason: string } {
  if (isProviderError(error)) return { code: error.code, reason: error.message };
  const cause: unknown = isHoldfastError(error, 'location-failed') ? error.cause : undefined;
  return isProviderError(cause) ? { code: cause.code, reason: cause.message } : { code: undefined, reason: '' };
}

/** Whether the location is a folder: its settings name a path of this machine. */
function isOnThisMachine({ providers }: BackupServices, { provider, config }: LocationRecord): boolean {
  return pathsIn(providers.type(provider).configSchema, config).length > 0;
}
