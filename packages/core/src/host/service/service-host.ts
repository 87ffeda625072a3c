import type { Jobs } from '../../backups/jobs/job-store.js';
import type { Retention } from '../../backups/retention/retention.js';
import type { Verifications } from '../../backups/verification/verification.js';
import type { HostEvents } from '../events.js';
import type { Notifications } from '../notifications/notifications.js';

/** Of a host's jobs what runs them by the clock. */
export type ServiceJobs = Pick<Jobs, 'list' | 'plan' | 'runs' | 'run' | 'retry'>;

/** Of a host what the service drives. What is absent is not done. */
export interface ServiceHost extends AsyncDisposable {
  readonly dataDir: string;
  readonly events: HostEvents;
  readonly jobs: ServiceJobs;
  readonly retention?: Pick<Retention, 'run'>;
  readonly verification?: Pick<Verifications, 'due' | 'run'>;
  /** Finds the issues that only looking finds: overdue, kit, disk, clock. */
  checkUp?(options: { readonly signal?: AbortSignal }): Promise<unknown>;
  readonly notifications?: Pick<Notifications, 'deliver'>;
}
