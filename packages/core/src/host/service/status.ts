import type { Issue } from '../../backups/issues/issue.js';
import type { JobRun } from '../../backups/jobs/job-run.js';
import type { LocationStatus } from './location-status.js';
import type { ServiceReport } from './service-alive.js';

/** What somebody wants to know at a glance: does it work, since when, and what comes next. */
export interface HostStatus {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** IANA name of this machine's. */
  readonly timeZone: string;
  /** `trouble`: something is not backed up as it should be. `warning`: it is, and something needs a look. */
  readonly health: 'fine' | 'warning' | 'trouble';
  /** Why it is not fine. */
  readonly problems: readonly StatusProblem[];
  readonly service: ServiceReport;
  /** When a run last ended with a backup, ISO 8601 in UTC. */
  readonly lastSuccess?: string;
  /** The next run by a schedule. */
  readonly nextRun?: { readonly job: string; readonly title: string; readonly at: string };
  readonly jobs: readonly JobStatus[];
  readonly locations: readonly LocationStatus[];
  /** Of the current key. */
  readonly kit: { readonly state: 'saved' | 'not-saved' | 'no-key'; readonly savedAt?: string };
  readonly issues: readonly Issue[];
}

export interface JobStatus {
  readonly id: string;
  readonly title: string;
  readonly enabled: boolean;
  /** It has a schedule. */
  readonly automatic: boolean;
  /** When it should have begun and has not. ISO 8601 in UTC. */
  readonly due?: string;
  readonly next?: string;
  readonly running?: JobRun;
  /** The last that ended. */
  readonly last?: JobRun;
}

/** One reason why not all is fine. */
export interface StatusProblem {
  readonly severity: 'warning' | 'trouble';
  readonly code: 'issue' | 'service-unresponsive' | 'service-not-running' | 'overdue' | 'run-failed' | 'run-partial' | 'location' | 'kit';
  /** For people. */
  readonly message: string;
}
