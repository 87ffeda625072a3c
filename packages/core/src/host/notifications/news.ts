import { randomBytes } from 'node:crypto';
import type { Issue } from '../../backups/issues/issue.js';
import type { JobRun } from '../../backups/jobs/job-run.js';
import type { IssueEvent, RunEvent } from '../events.js';
import type { Notification, PingTarget } from './notification.js';

export type NewsKind = 'issue-raised' | 'issue-resolved' | 'run-started' | 'run-ended' | 'test';

/** One thing that somebody is to be told. Holds only what may leave the machine. */
export interface News {
  readonly id: string;
  readonly kind: NewsKind;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** The issue's id, or the job's. */
  readonly subject: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** One line. */
  readonly title: string;
  /** More about it; empty if there is no more. */
  readonly text: string;
  /** The same for programs. */
  readonly data: Readonly<Record<string, unknown>>;
}

const ranks = { warning: 1, error: 2, none: 3 } as const;

/** What a notification has to tell of an issue; `undefined` if it is none of its business. */
export function newsOfIssue({ type, issue }: IssueEvent, { topics, jobs, details, target }: Notification, now: Date): News | undefined {
  if (target.type === 'ping' || type === 'updated') return undefined;
  if (ranks[issue.severity] < ranks[topics.issues]) return undefined;
  if (jobs !== undefined && issue.job !== undefined && !jobs.includes(issue.job.id)) return undefined;
  const { id, code, severity, job, location, provider, raisedAt } = issue;
  const what = details ? issue.message : issue.brief;
  const resolved = type === 'resolved';
  return {
    id: newId(),
    kind: resolved ? 'issue-resolved' : 'issue-raised',
    at: now.toISOString(),
    subject: id,
    severity: resolved ? 'info' : severity,
    title: resolved ? `Solved: ${what}` : what,
    text: resolved ? '' : adviceOn(issue, details),
    data: {
      issue: {
        id,
        code,
        severity,
        raisedAt,
        message: what,
        ...(job && { job }),
        ...(location && { location }),
        ...(provider && { provider }),
      },
    },
  };
}

/** A remedy may name files just as a message may. */
function adviceOn({ id, remedy }: Issue, details: boolean): string {
  return details ? remedy : `What to do: \`holdfast issues show ${id}\`.`;
}

/** What a notification has to tell of a run. */
export function newsOfRun({ type, run }: RunEvent, jobTitle: string, notification: Notification, now: Date): News | undefined {
  const { target, topics, jobs } = notification;
  if (jobs !== undefined && !jobs.includes(run.job)) return undefined;
  if (!(target.type === 'ping' ? pingWants(type, run, target) : topicWants(type, run, topics.runs))) return undefined;
  return {
    id: newId(),
    kind: type === 'started' ? 'run-started' : 'run-ended',
    at: now.toISOString(),
    subject: run.job,
    severity: run.state === 'failed' ? 'error' : run.state === 'partial' ? 'warning' : 'info',
    title: `The job "${jobTitle}" ${stateOf(run)}.`,
    text: textOf(run, notification.details),
    data: {
      run: {
        id: run.id,
        job: { id: run.job, title: jobTitle },
        state: run.state,
        trigger: run.trigger,
        startedAt: run.startedAt,
        ...(run.endedAt !== undefined && { endedAt: run.endedAt }),
        backups: run.backups,
        locations: run.locations.map(({ id, title, state }) => ({ id, title, state })),
      },
    },
  };
}

/** Neither one that somebody ended nor one that never began says anything about backups. */
function isDecided({ state }: JobRun): boolean {
  return state === 'complete' || state === 'partial' || state === 'failed';
}

function topicWants(type: RunEvent['type'], run: JobRun, wanted: Notification['topics']['runs']): boolean {
  if (type === 'started' || wanted === 'none') return false;
  return wanted === 'all' ? run.state !== 'running' : run.state === 'failed' || run.state === 'partial';
}

function pingWants(type: RunEvent['type'], run: JobRun, { start, fail }: PingTarget): boolean {
  if (type === 'started') return start;
  return isDecided(run) && (fail || run.state === 'complete');
}

function stateOf({ state }: JobRun): string {
  switch (state) {
    case 'running':
      return 'has begun';
    case 'complete':
      return 'made a backup';
    case 'partial':
      return 'made a backup that is not complete';
    case 'failed':
      return 'made no backup';
    case 'cancelled':
      return 'was cancelled';
    case 'skipped':
      return 'was skipped, as another one was running';
  }
}

function textOf({ locations, error }: JobRun, details: boolean): string {
  const words = { stored: 'stored', failed: 'failed', pending: 'to be tried again' };
  const places = locations.map(({ title, state }) => `${title}: ${words[state]}.`);
  const why = details && error !== undefined ? [`${error.message} ${error.remedy}`] : [];
  return [...why, ...places].join('\n');
}

function newId(): string {
  return randomBytes(8).toString('hex');
}

export function testNews(title: string, now: Date): News {
  return {
    id: newId(),
    kind: 'test',
    at: now.toISOString(),
    subject: 'test',
    severity: 'info',
    title: `This is a test of the notification "${title}".`,
    text: 'Nothing is wrong: somebody wanted to see that it arrives.',
    data: {},
  };
}
