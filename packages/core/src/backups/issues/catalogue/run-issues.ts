import type { IssueEntry } from '../issue-entry.js';

/** What jobs and their backups can lack. */
export const runIssues = {
  'backup-failed': {
    severity: 'error',
    brief: 'The job "{job}" made no backup when it ran.',
    message: 'The job "{job}" made no backup when it ran: {reason}',
    remedy: '{advice} Then run it again: `holdfast job run`. Earlier backups are still there.',
  },
  'backup-partial': {
    severity: 'warning',
    brief: 'The last backup of the job "{job}" is not complete.',
    message: 'The last backup of the job "{job}" is not complete: {missing}',
    remedy: '{advice} Then run the job again: `holdfast job run`. What was stored is good.',
  },
  'backup-overdue': {
    severity: 'error',
    brief: 'The job "{job}" should have made a backup by now{place}.',
    message: 'The job "{job}" should have made a backup by now{place}: the last one is of {last}, and the next was due on {due}.',
    remedy:
      'See that Holdfast runs at these times (`holdfast status`; `holdfast service` has to run, and the machine has to be awake) and what the last runs ' +
      'say (`holdfast job runs`), or make a backup now: `holdfast job run`.',
  },
  'encryption-off': {
    severity: 'warning',
    brief: 'The job "{job}" sends its backups to "{location}" without encryption.',
    message: 'The job "{job}" sends its backups to "{location}" without encryption: who can read that place can read the backups.',
    remedy:
      'Turn encryption on for that location with `holdfast job change`. Backups that are there stay as they are; delete them if they must not be read.',
  },
  'not-encrypted': {
    severity: 'error',
    brief: '"{location}" takes encrypted backups only, and the backup was not encrypted.',
    message: '"{location}" takes encrypted backups only, and the backup was not encrypted.',
    remedy: 'Make the backup without `--no-encryption`, or name the locations that it is to go to with `--to`.',
  },
  'too-large': {
    severity: 'error',
    brief: 'The backup is too large for "{location}".',
    message: 'The backup is too large for "{location}": {size}, where {limit} is the most that it takes.',
    remedy:
      'Leave something out (`holdfast backup create --exclude`; what is largest: {largest}), delete old recordings and databases at the source, or raise the limit in the ' +
      "location's settings if the service allows more. Earlier backups there were kept.",
  },
  'verification-failed': {
    severity: 'error',
    brief: 'A backup at "{location}" did not pass its verification.',
    message: 'The backup {backup} at "{location}" did not pass its verification: {reason}',
    remedy:
      'Look at it with `holdfast backup verify`; if it fails again, delete that copy and put another there: `holdfast backup send`, from a location ' +
      'that has a good one, or a new backup. If it happens again, the disk or the network of that place is faulty.',
  },
  'seal-missing': {
    severity: 'error',
    brief: 'A backup at "{location}" is not what Holdfast put there.',
    message: 'A backup at "{location}" is not what Holdfast put there: {reason}',
    remedy:
      'Find out who or what changed that place: a clean-up rule, a synchronising program, or somebody with its key. Do not rely on that copy; ' +
      '`holdfast backup list` shows what else there is.',
  },
} as const satisfies Record<string, IssueEntry>;
