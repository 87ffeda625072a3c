import type { IssueEntry } from '../issue-entry.js';

/** What locations and their providers can lack. */
export const locationIssues = {
  'access-lost': {
    severity: 'error',
    brief: '"{location}" no longer lets Holdfast in.',
    message: '"{location}" no longer lets Holdfast in: {reason}',
    remedy:
      'See that the account is active and paid for, and that its key is neither expired nor revoked; then give Holdfast a working key: `holdfast location reauth`. What is stored there stays.',
  },
  'location-unreachable': {
    severity: 'error',
    brief: '"{location}" can not be reached.',
    message: '"{location}" can not be reached: {reason}',
    remedy:
      'See that it is switched on, connected and mounted; then prove it with `holdfast location check`. It gets its backups again with the next run.',
  },
  'location-gone': {
    severity: 'error',
    brief: 'The place of "{location}" is gone.',
    message: 'The place of "{location}" is gone: {reason}',
    remedy:
      'See whether its folder or bucket was deleted, renamed or not mounted, and bring it back; or give the location its new place with `holdfast location reconfigure`, or forget it with `holdfast location remove`.',
  },
  'quota-exceeded': {
    severity: 'error',
    brief: '"{location}" takes no more.',
    message: '"{location}" takes no more: {reason}',
    remedy: 'Raise the limit at the service or free some space there, then run the backup again. Nothing is tried before that.',
  },
  'location-notice': {
    severity: 'warning',
    brief: '"{location}": {notice}',
    message: '"{location}": {notice}',
    remedy: "Change it at the service or in the location's settings, then run `holdfast location check`.",
  },
  'provider-stopped': {
    severity: 'error',
    brief: '{provider} {version} crashed again and again and is no longer used.',
    message: '{provider} {version} crashed again and again and is no longer used: {reason}',
    remedy:
      'Look at `holdfast provider logs {provider}`. Update it or go back to an earlier version, then `holdfast provider enable {provider}`.',
  },
  'provider-disabled': {
    severity: 'error',
    brief: 'No backups can go to "{location}", as its provider is {state}.',
    message: 'No backups can go to "{location}": the provider of its type "{type}" is {state}.',
    remedy: '{advice}',
  },
} as const satisfies Record<string, IssueEntry>;
