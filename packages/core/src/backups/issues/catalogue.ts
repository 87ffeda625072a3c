import type { ErrorEntry } from '../../base/errors.js';

/** `error`: something is not backed up as it should be. `warning`: it is, and won't be for long. */
export type IssueSeverity = 'warning' | 'error';

interface IssueEntry extends ErrorEntry {
  readonly severity: IssueSeverity;
}

/** What each issue says. `{location}` and `{provider}` are what it is about, all else comes from its details. */
export const issueCatalogue = {
  'too-large': {
    severity: 'error',
    message: 'The backup is too large for "{location}": {size}, where {limit} is the most that it takes.',
    remedy:
      'Leave something out (`holdfast backup create --exclude`; what is largest: {largest}), delete old recordings and databases at the source, or raise the limit in the ' +
      "location's settings if the service allows more. Earlier backups there were kept.",
  },
  'not-encrypted': {
    severity: 'error',
    message: '"{location}" takes encrypted backups only, and the backup was not encrypted.',
    remedy: 'Make the backup without `--no-encryption`, or name the locations that it is to go to with `--to`.',
  },
  'local-storage-full': {
    severity: 'error',
    message: 'There is no room left on the disk that {what}.',
    remedy: 'Free some space: delete old backups or files, or move them to another disk. Locations elsewhere need no room on this disk.',
  },
  'quota-exceeded': {
    severity: 'error',
    message: '"{location}" takes no more: {reason}',
    remedy: 'Raise the limit at the service or free some space there, then run the backup again. Nothing is tried before that.',
  },
  'access-lost': {
    severity: 'error',
    message: '"{location}" no longer lets Holdfast in: {reason}',
    remedy:
      'See that the account is active and paid for, and that its key is neither expired nor revoked; then give Holdfast a working key: `holdfast location reauth`. What is stored there stays.',
  },
  'location-notice': {
    severity: 'warning',
    message: '"{location}": {notice}',
    remedy: "Change it at the service or in the location's settings, then run `holdfast location check`.",
  },
  'provider-stopped': {
    severity: 'error',
    message: '{provider} {version} crashed again and again and is no longer used: {reason}',
    remedy:
      'Look at `holdfast provider logs {provider}`. Update it or go back to an earlier version, then `holdfast provider enable {provider}`.',
  },
} as const satisfies Record<string, IssueEntry>;

export type IssueCode = keyof typeof issueCatalogue;

export function isIssueCode(code: unknown): code is IssueCode {
  return typeof code === 'string' && Object.hasOwn(issueCatalogue, code);
}
