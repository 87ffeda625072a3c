import type { IssueCode } from '../backups/issues/catalogue.js';
import { issuesAfterRun } from '../backups/issues/issues-after-run.js';
import { issueId } from '../backups/issues/issue.js';
import type { IssueChanges, IssueStore } from '../backups/issues/issue-store.js';
import type { Job } from '../backups/jobs/job.js';
import type { JobRun } from '../backups/jobs/job-run.js';
import type { ProviderErrorCode, ProviderLogger } from '../provider-api/index.js';
import type { BackupEvent, HostEvents, LocationEvent, ProviderEvent, RunEvent } from './events.js';

export interface RaisingIssues {
  readonly events: HostEvents;
  readonly issues: IssueStore;
  readonly log: ProviderLogger;
  /** What has to be looked up for some events. */
  readonly watched: () => Promise<WatchedParts>;
}

export interface WatchedParts {
  readonly jobs: readonly Job[];
  /** Of a job, the newest first. */
  runs(job: string): Promise<readonly JobRun[]>;
  /** Whether the emergency kit fits the key. */
  kitIssues(): Promise<IssueChanges>;
}

export interface IssueRaiser extends AsyncDisposable {
  /** When all that was told so far is written. */
  settled(): Promise<void>;
}

/** Makes issues of what happens, and closes them when it is over. Disposed of, it has written all it was told. */
export function raiseIssues({ events, issues, log, watched }: RaisingIssues): IssueRaiser {
  let last = Promise.resolve();
  const inOrder = (run: () => Promise<void>) => {
    last = last.then(run).catch((error: unknown) => log.error(`An issue could not be noted: ${String(error)}`));
  };
  const listening = [
    events.on('location', (event) => inOrder(() => afterLocation(event, issues))),
    events.on('provider', (event) => inOrder(() => afterProvider(event, issues))),
    events.on('backup', (event) => inOrder(() => afterBackup(event, issues))),
    events.on('run', (event) => inOrder(() => afterRun(event, issues, watched))),
    events.on('key', () => inOrder(async () => issues.apply(await (await watched()).kitIssues()))),
  ];
  return {
    settled: () => last,
    async [Symbol.asyncDispose]() {
      for (const each of listening) each[Symbol.dispose]();
      await last;
    },
  };
}

/** What a location that works is cured of. */
const curedByWorking: readonly IssueCode[] = ['access-lost', 'location-gone', 'location-unreachable'];

/** Only its user can help here, whatever the location was asked for. */
const lasting: Partial<Record<ProviderErrorCode, IssueCode>> = {
  'auth-failed': 'access-lost',
  'permission-denied': 'access-lost',
  'not-found': 'location-gone',
};

async function afterLocation(event: LocationEvent, issues: IssueStore): Promise<void> {
  const { id, title } = event.location;
  const location = { id, title };
  if (event.type === 'removed') return issues.forget({ locationId: id });
  if (event.type === 'failed') {
    const code = event.providerCode === undefined ? undefined : lasting[event.providerCode];
    if (code === undefined) return undefined;
    // A backup that failed there has raised it already, and knows more.
    if ((await issues.list()).some((open) => open.id === issueId(code, { location }))) return undefined;
    return issues.raise({ code, location, details: { reason: withoutPlace(title, event.error.message) } });
  }
  const raised =
    event.type === 'checked'
      ? event.notices.map((notice) => ({
          code: 'location-notice' as const,
          location,
          about: notice.id,
          details: { notice: notice.message },
        }))
      : [];
  // New settings were tried before they were taken.
  const works = event.type === 'checked' || event.type === 'changed';
  return issues.apply({
    raised,
    cured: (issue) =>
      issue.location?.id === id &&
      works &&
      (curedByWorking.includes(issue.code) || (event.type === 'checked' && issue.code === 'location-notice')),
  });
}

async function afterProvider(event: ProviderEvent, issues: IssueStore): Promise<void> {
  const { type, name } = event;
  if (type === 'stopped' && event.error !== undefined) {
    const details = { version: event.status.version, reason: event.error.message };
    await issues.raise({ code: 'provider-stopped', provider: name, details });
  } else if (['enabled', 'removed', 'updated', 'rolled-back', 'disabled'].includes(type)) {
    await issues.forget({ provider: name });
  }
}

/** A copy that is gone needs nobody any more. */
async function afterBackup(event: BackupEvent, issues: IssueStore): Promise<void> {
  if (event.type !== 'deleted') return;
  const isAboutIt = (about: string | undefined) => about !== undefined && (about === event.id || about.includes(`-${event.id}.`));
  await issues.apply({
    raised: [],
    cured: ({ code, about, location }) =>
      (code === 'verification-failed' || code === 'seal-missing') &&
      isAboutIt(about) &&
      (location === undefined || event.deletedFrom.includes(location.title)),
  });
}

async function afterRun({ type, run }: RunEvent, issues: IssueStore, watched: () => Promise<WatchedParts>): Promise<void> {
  if (type !== 'ended') return;
  const { jobs, runs } = await watched();
  const job = jobs.find(({ id }) => id === run.job);
  if (job === undefined) return;
  const newest = (await runs(job.id)).find(({ state }) => state === 'complete' || state === 'partial' || state === 'failed');
  // What an earlier run still brings to a location says nothing about the job as it is now.
  if (newest !== undefined && newest.id !== run.id) return;
  await issues.apply(issuesAfterRun(run, job, await issues.list()));
}

function withoutPlace(title: string, message: string): string {
  const place = `Location "${title}": `;
  return message.startsWith(place) ? message.slice(place.length) : message;
}
