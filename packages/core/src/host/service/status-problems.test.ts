import { describe, expect, test } from 'vitest';
import type { JobRun } from '../../backups/jobs/job-run.js';
import type { HostStatus, JobStatus } from './status.js';
import type { ServiceState } from './service-state.js';
import { findProblems } from './status-problems.js';

const now = new Date('2027-01-02T12:00:00Z');
const run: JobRun = {
  id: '20270102T040000000Z',
  job: '0a1b2c3d',
  trigger: 'schedule',
  startedAt: '2027-01-02T04:00:00Z',
  endedAt: '2027-01-02T04:10:00Z',
  state: 'complete',
  backups: [],
  locations: [],
  sources: [],
};
const job: JobStatus = { id: run.job, title: 'Home', enabled: true, automatic: true, last: run };
const fine: Pick<HostStatus, 'service' | 'issues' | 'jobs' | 'locations' | 'kit'> = {
  service: { state: 'running' },
  issues: [],
  jobs: [job],
  locations: [{ id: 'nas', title: 'NAS', state: 'reachable', alarms: 0 }],
  kit: { state: 'saved' },
};
const once: ServiceState = { mode: 'once', state: 'stopped', pid: 1, since: run.startedAt, heartbeat: run.startedAt, brokenOff: [] };

const codes = (change: Partial<typeof fine>) =>
  findProblems({ now, ...fine, ...change }).map(({ severity, code }) => `${severity} ${code}`);

describe('there is nothing to say', () => {
  test.each<[string, Partial<typeof fine>]>([
    ['where all is well', {}],
    ['of a service that is not needed', { service: { state: 'none' }, jobs: [{ ...job, automatic: false }] }],
    ['of a service that cron starts', { service: { state: 'none', said: once } }],
    ['of a disabled job', { jobs: [{ ...job, enabled: false, due: '2027-01-01T04:00:00Z', last: { ...run, state: 'failed' } }] }],
    ['of one that is due and about to start', { jobs: [{ ...job, due: '2027-01-02T11:59:00Z' }] }],
    ['of a location that was not asked', { locations: [{ id: 'nas', title: 'NAS', state: 'unknown', alarms: 0 }] }],
  ])('%s', (_, change) => expect(codes(change)).toEqual([]));
});

test.each<[string, Partial<typeof fine>]>([
  ['trouble service-unresponsive', { service: { state: 'unresponsive' } }],
  ['warning service-not-running', { service: { state: 'none' } }],
  ['warning service-not-running', { service: { state: 'none', said: { ...once, heartbeat: '2026-12-24T04:00:00Z' } } }],
  ['trouble overdue', { jobs: [{ ...job, due: '2027-01-02T04:00:00Z' }] }],
  ['trouble run-failed', { jobs: [{ ...job, last: { ...run, state: 'failed' } }] }],
  ['warning run-partial', { jobs: [{ ...job, last: { ...run, state: 'partial' } }] }],
  ['warning location', { locations: [{ id: 'nas', title: 'NAS', state: 'unreachable', alarms: 0 }] }],
  ['trouble location', { locations: [{ id: 'nas', title: 'NAS', state: 'reachable', alarms: 1 }] }],
  ['warning kit', { kit: { state: 'not-saved' } }],
])('%s is found', (expected, change) => expect(codes(change)).toEqual([expected]));
