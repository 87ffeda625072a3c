import type { RaisedIssue } from './raised-issue.js';

/** What cures an issue. */
export type FixKind =
  | 'reauth'
  | 'reconfigure'
  | 'check-location'
  | 'run-job'
  | 'send-copy'
  | 'save-kit'
  | 'enable-provider'
  | 'install-provider'
  | 'free-space'
  | 'exclude-folders'
  | 'encrypt'
  | 'verify'
  | 'set-clock';

/** The way out of an issue, where there is one. */
export interface IssueFix {
  readonly kind: FixKind;
  /** `holdfast`: it can be done for the user, who is asked first. `user`: only they can, with these commands or in their own way. */
  readonly by: 'holdfast' | 'user';
  /** What to type. Words in capitals are to be replaced. */
  readonly commands: readonly string[];
}

/** What cures an issue; `undefined` where only its remedy says. */
export function fixOf({ code, location, job, provider, about, details }: RaisedIssue): IssueFix | undefined {
  const byHoldfast = (kind: FixKind, ...commands: string[]): IssueFix => ({ kind, by: 'holdfast', commands });
  const byUser = (kind: FixKind, ...commands: string[]): IssueFix => ({ kind, by: 'user', commands });
  const at = location?.id ?? 'LOCATION';
  const runJob = `holdfast job run ${job?.id ?? 'JOB'}`;
  switch (code) {
    case 'backup-failed':
    case 'backup-partial':
      return byHoldfast('run-job', runJob);
    case 'backup-overdue': {
      const backup = details['backup'];
      if (location === undefined || typeof backup !== 'string') return byHoldfast('run-job', runJob);
      return byHoldfast('send-copy', `holdfast backup send ${backup} --to ${at}`);
    }
    case 'encryption-off':
      return byUser('encrypt', `holdfast job change ${job?.id ?? 'JOB'} --same-at ${at}`);
    case 'not-encrypted':
      return byUser('encrypt', 'holdfast backup create FOLDER');
    case 'too-large':
      return byUser('exclude-folders', 'holdfast job change JOB --exclude PATTERN', `holdfast location reconfigure ${at}`);
    case 'verification-failed':
      return byUser(
        'verify',
        `holdfast backup verify ${about ?? 'ID'} --location ${at}`,
        `holdfast backup send ${about ?? 'ID'} --to ${at}`,
      );
    case 'seal-missing':
      return byUser('verify', 'holdfast backup list', 'holdfast backup verify --all');
    case 'access-lost':
      return byUser('reauth', `holdfast location reauth ${at}`);
    case 'location-unreachable':
    case 'location-notice':
      return byHoldfast('check-location', `holdfast location check ${at}`);
    case 'location-gone':
      return byUser('reconfigure', `holdfast location reconfigure ${at}`);
    case 'quota-exceeded':
    case 'local-storage-full':
    case 'local-storage-low':
      return byUser('free-space', 'holdfast retention plan', 'holdfast backup list', 'holdfast backup delete ID');
    case 'provider-stopped':
      return byHoldfast('enable-provider', `holdfast provider enable ${provider ?? 'PACKAGE'}`);
    case 'provider-disabled':
      return provider === undefined
        ? byUser('install-provider', 'holdfast provider install PACKAGE')
        : byHoldfast('enable-provider', `holdfast provider enable ${provider}`);
    case 'kit-not-saved':
    case 'kit-outdated':
      return byHoldfast('save-kit', 'holdfast kit save DIR');
    case 'clock-wrong':
      return byUser('set-clock', 'timedatectl set-ntp true');
  }
}
