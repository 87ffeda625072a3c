import { expect, test } from 'vitest';
import type { Job } from '../jobs/job.js';
import type { JobRun } from '../jobs/job-run.js';
import { lookAtClock } from './clock-watch.js';
import { issueId } from './issue.js';
import { issuesFromState, type WatchedState } from './issues-from-state.js';

const hour = 60 * 60_000;
const day = 24 * hour;
const monday = Date.parse('2026-03-02T05:00:00Z');
const at = (milliseconds: number) => new Date(milliseconds).toISOString();
const nas = { id: 'nas-1', title: 'NAS', type: 'local', needsReauth: false };
const b2 = { id: 'b2-1', title: 'B2', type: 'b2', needsReauth: false };

const job: Job = {
  id: '3f9a01bc',
  title: 'Nightly',
  enabled: true,
  sources: [],
  schedule: { every: 'day', at: '05:00', timeZone: 'UTC' },
  since: at(monday - 10 * day),
  locations: 'all',
  retention: {},
};

function run(startedAt: number, state: JobRun['state'], storedAt: readonly string[] = ['nas-1', 'b2-1']): JobRun {
  const locations = [nas, b2].map(({ id, title }) => ({
    id,
    title,
    state: storedAt.includes(id) ? ('stored' as const) : ('failed' as const),
  }));
  return {
    id: at(startedAt),
    job: job.id,
    trigger: 'schedule',
    startedAt: at(startedAt),
    state,
    backups: ['0a1b2c3d'],
    locations,
    sources: [],
  };
}

function ids(changes: Partial<WatchedState>): string[] {
  const state: WatchedState = {
    now: new Date(monday),
    jobs: [],
    locations: [nas, b2],
    disks: [],
    key: undefined,
    clockEvidence: undefined,
    ...changes,
  };
  return issuesFromState(state).raised.map((issue) => issueId(issue.code, issue));
}

const overdueAt = (now: number, runs: readonly JobRun[], changed: Partial<Job> = {}) =>
  ids({ now: new Date(now), jobs: [{ job: { ...job, ...changed }, seed: 'x', runs }] });

test('a daily job is overdue when a second night passed without a backup, and not before', () => {
  const runs = [run(monday, 'complete')];
  expect(overdueAt(monday + 2 * day - hour, runs)).toEqual([]);
  expect(overdueAt(monday + 2 * day + hour, runs)).toEqual(['backup-overdue:3f9a01bc']);
  expect(overdueAt(monday + 2 * day + hour, [run(monday + day, 'failed'), ...runs])).toEqual(['backup-overdue:3f9a01bc']);
  expect(overdueAt(monday + 2 * day + hour, [run(monday + day, 'partial'), ...runs])).toEqual([]);
});

test('a weekly job has a day, a job of every ten minutes an hour, and one that is off all the time', () => {
  const weekly = { schedule: { every: 'week', on: ['mon'], at: '05:00', timeZone: 'UTC' } } as const;
  expect(overdueAt(monday + 8 * day - hour, [run(monday, 'complete')], weekly)).toEqual([]);
  expect(overdueAt(monday + 8 * day + hour, [run(monday, 'complete')], weekly)).toEqual(['backup-overdue:3f9a01bc']);
  const often = { schedule: { every: 'cron', expression: '*/10 * * * *', timeZone: 'UTC' } } as const;
  expect(overdueAt(monday + hour, [run(monday, 'complete')], often)).toEqual([]);
  expect(overdueAt(monday + 1.5 * hour, [run(monday, 'complete')], often)).toEqual(['backup-overdue:3f9a01bc']);
  expect(overdueAt(monday + 90 * day, [run(monday, 'complete')], { enabled: false })).toEqual([]);
});

test('a location that missed two nights is overdue by itself, and one that was just added is not', () => {
  const runs = [run(monday + 2 * day, 'partial', ['b2-1']), run(monday + day, 'partial', ['b2-1']), run(monday, 'complete')];
  expect(overdueAt(monday + 2 * day + hour, runs)).toEqual(['backup-overdue:3f9a01bc:nas-1']);
  const added = { id: 'new-1', title: 'New', type: 'local', needsReauth: false };
  expect(
    ids({ now: new Date(monday + hour), locations: [b2, added], jobs: [{ job, seed: 'x', runs: [run(monday, 'complete')] }] }),
  ).toEqual([]);
});

test('a job that sends backups unencrypted has a standing warning for that location', () => {
  const plain = { ...job, locations: [{ location: 'nas-1', encrypt: false }, { location: 'b2-1' }] };
  expect(ids({ jobs: [{ job: plain, seed: 'x', runs: [run(monday, 'complete')] }] })).toEqual(['encryption-off:3f9a01bc:nas-1']);
});

test('a kit that is missing and one that is of an earlier key are two things, and neither is one before there is a backup', () => {
  const saved = { savedAt: at(monday - day), fingerprint: 'f', place: '/kit' };
  const key = { since: at(monday), saved: undefined, savedBefore: undefined, inUse: true };
  expect(ids({ key })).toEqual(['kit-not-saved']);
  expect(ids({ key: { ...key, savedBefore: saved } })).toEqual(['kit-outdated']);
  expect(ids({ key: { ...key, saved } })).toEqual([]);
  expect(ids({ key: { ...key, inUse: false } })).toEqual([]);
});

test('a disk is nearly full below a gibibyte, or below a twentieth of a disk that is not large', () => {
  const gibibyte = 2 ** 30;
  const low = (free: number, total: number) =>
    ids({ disks: [{ location: nas, free: free * gibibyte, total: total * gibibyte }] }).length > 0;
  expect([low(0.9, 4), low(1.1, 4), low(4, 100), low(4, 50), low(6, 1_000)]).toEqual([true, false, true, false, false]);
});

test('what holds of things that are gone is closed, and so is a full disk that has room again', () => {
  const state: WatchedState = {
    now: new Date(monday),
    jobs: [],
    locations: [nas],
    disks: [{ location: nas, free: 2 ** 40, total: 2 ** 41 }],
    key: undefined,
    clockEvidence: undefined,
  };
  const { cured } = issuesFromState(state);
  const base = { details: {}, raisedAt: at(monday), updatedAt: at(monday), times: 1 };
  expect(cured({ ...base, code: 'backup-failed', job })).toBe(true);
  expect(cured({ ...base, code: 'access-lost', location: b2 })).toBe(true);
  expect(cured({ ...base, code: 'access-lost', location: nas })).toBe(false);
  expect(cured({ ...base, code: 'local-storage-full', location: nas })).toBe(true);
  expect(cured({ ...base, code: 'local-storage-full' })).toBe(false);
});

test('a clock that goes back is told for a day, then believed; one from before the set-up is never believed', () => {
  const happened = new Date(monday - 100 * day);
  let { memory, evidence } = lookAtClock(new Date(monday + 400 * day), happened, undefined);
  expect(evidence).toBeUndefined();
  ({ memory, evidence } = lookAtClock(new Date(monday), happened, memory));
  expect(evidence).toContain('2027-04-06');
  ({ memory, evidence } = lookAtClock(new Date(monday + 20 * hour), happened, memory));
  expect(evidence).toBeDefined();
  ({ memory, evidence } = lookAtClock(new Date(monday + 25 * hour), happened, memory));
  expect(evidence).toBeUndefined();
  ({ memory, evidence } = lookAtClock(new Date(monday + 26 * hour), happened, memory));
  expect(evidence).toBeUndefined();
  // As daylight saving never does, and a time server does by a little.
  ({ memory, evidence } = lookAtClock(new Date(monday + 26 * hour - 60_000), happened, memory));
  expect(evidence).toBeUndefined();
  expect(lookAtClock(new Date(0), happened, memory).evidence).toContain('2025-11-22');
});
