import type { IssueEntry } from '../issue-entry.js';

/** What this machine can lack. */
export const machineIssues = {
  'local-storage-full': {
    severity: 'error',
    brief: 'There is no room left on a disk that backups need.',
    message: 'There is no room left on the disk that {what}.',
    remedy: 'Free some space: delete old backups or files, or move them to another disk. Locations elsewhere need no room on this disk.',
  },
  'local-storage-low': {
    severity: 'warning',
    brief: 'A disk that backups need is nearly full: {free} of {total} are free.',
    message: 'The disk that {what} is nearly full: {free} of {total} are free.',
    remedy:
      'Free some space before backups fail: `holdfast backup list` and `holdfast backup delete`, or keep fewer (`holdfast job change --keep`), or delete other files.',
  },
  'clock-wrong': {
    severity: 'error',
    brief: "This machine's clock is wrong, or was.",
    message: "This machine's clock is wrong, or was: it says {now}, and {evidence}.",
    remedy:
      'Set it, and let it set itself by the network (on Linux: `timedatectl set-ntp true`): schedules, the dates of backups and what is kept depend on it. If it ' +
      'was ahead and is right now, this closes by itself a day later, or when the backups that are dated in the future are deleted.',
  },
} as const satisfies Record<string, IssueEntry>;
