import type { IssueEntry } from '../issue-entry.js';

/** What the emergency kit can lack. */
export const keyIssues = {
  'kit-not-saved': {
    severity: 'warning',
    brief: 'No emergency kit was saved yet.',
    message: 'No emergency kit was saved yet: if this machine is lost, nobody can open its backups.',
    remedy: 'Save it with `holdfast kit save DIR`, and keep it somewhere that is not this machine.',
  },
  'kit-outdated': {
    severity: 'warning',
    brief: 'The emergency kit that was saved does not open the newest backups.',
    message:
      'The emergency kit that was saved on {saved} does not open the backups made since {since}, when the encryption key was changed.',
    remedy: 'Save the new one with `holdfast kit save DIR`, and keep the old one too: it opens the backups from before.',
  },
} as const satisfies Record<string, IssueEntry>;
