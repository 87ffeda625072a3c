import type { Job } from '../../backups/jobs/job.js';
import type { JobRun } from '../../backups/jobs/job-run.js';
import type { Jobs } from '../../backups/jobs/job-store.js';
import type { Host } from '../host.js';
import { locationsByLog, lookAtLocations } from './location-status.js';
import { findService } from './service-alive.js';
import type { HostStatus, JobStatus } from './status.js';
import { findProblems } from './status-problems.js';

export interface HostStatusOptions {
  /** Asks no location, and says of them what the log of runs knows. */
  readonly offline?: boolean;
  readonly now?: Date;
  readonly signal?: AbortSignal;
}

const runsLookedAt = 400;

/** Of a host what its status is made of. */
export type StatusHost = Pick<Host, 'dataDir' | 'instance' | 'issues' | 'keys' | 'kit' | 'locations' | 'backups' | 'checkUp'> & {
  readonly jobs: Pick<Jobs, 'list' | 'plan' | 'runs'>;
};

/** As `hostStatus`. */
export async function findStatus(host: StatusHost, options: HostStatusOptions = {}): Promise<HostStatus> {
  const { offline = false, now = new Date(), signal = new AbortController().signal } = options;
  await host.checkUp({ signal });
  const runs = await host.jobs.runs({ limit: runsLookedAt });
  const [service, issues, jobs, locations] = await Promise.all([
    findService(host.dataDir, now),
    host.issues.list(),
    Promise.all(host.jobs.list().map((job) => jobStatus(host.jobs, job, runs, now))),
    offline ? locationsByLog(host, runs) : lookAtLocations(host, signal),
  ]);
  const kit = kitStatus(host);
  const problems = findProblems({ now, service, issues, jobs, locations, kit });
  const lastSuccess = runs.find(({ state }) => state === 'complete' || state === 'partial');
  const next = jobs.reduce<JobStatus | undefined>((first, job) => (isEarlier(job.next, first?.next) ? job : first), undefined);
  return {
    at: now.toISOString(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    health: problems.some(({ severity }) => severity === 'trouble') ? 'trouble' : problems.length > 0 ? 'warning' : 'fine',
    problems,
    service,
    ...(lastSuccess !== undefined && { lastSuccess: lastSuccess.endedAt ?? lastSuccess.startedAt }),
    ...(next?.next !== undefined && { nextRun: { job: next.id, title: next.title, at: next.next } }),
    jobs,
    locations,
    kit,
    issues,
  };
}

async function jobStatus(jobs: StatusHost['jobs'], job: Job, runs: readonly JobRun[], now: Date): Promise<JobStatus> {
  const { id, title, enabled, schedule } = job;
  const own = runs.filter((run) => run.job === id);
  const { due, next } = enabled ? await jobs.plan(id, now) : {};
  const running = own.find(({ state }) => state === 'running');
  const last = own.find(({ state }) => state !== 'running' && state !== 'skipped');
  return {
    id,
    title,
    enabled,
    automatic: schedule !== undefined,
    ...(due !== undefined && { due: due.toISOString() }),
    ...(next !== undefined && { next: next.toISOString() }),
    ...(running !== undefined && { running }),
    ...(last !== undefined && { last }),
  };
}

function kitStatus(host: StatusHost): HostStatus['kit'] {
  if (host.keys.current() === undefined) return { state: 'no-key' };
  const saved = host.kit.saved();
  return saved === undefined ? { state: 'not-saved' } : { state: 'saved', savedAt: saved.savedAt };
}

function isEarlier(time: string | undefined, than: string | undefined): boolean {
  return time !== undefined && (than === undefined || Date.parse(time) < Date.parse(than));
}
