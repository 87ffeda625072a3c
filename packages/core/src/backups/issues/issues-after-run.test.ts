import { expect, test } from 'vitest';
import type { JobRun, RunLocation } from '../jobs/job-run.js';
import { describeIssue } from './issue.js';
import type { RaisedIssue } from './raised-issue.js';
import { issuesAfterRun } from './issues-after-run.js';

const job = { id: '3f9a01bc', title: 'Nightly' };
const away = { code: 'location-failed', message: 'Location "NAS": The share is not mounted.', remedy: 'Mount it.' };
const stored: RunLocation = { id: 'b2-1', title: 'B2', state: 'stored' };
const failed: RunLocation = { id: 'nas-1', title: 'NAS', state: 'failed', error: away };

function ended(state: JobRun['state'], changes: Partial<JobRun> = {}): JobRun {
  const at = '2026-03-01T05:00:00.000Z';
  return {
    id: 'r1',
    job: job.id,
    trigger: 'schedule',
    startedAt: at,
    endedAt: at,
    state,
    backups: [],
    locations: [stored],
    sources: [],
    ...changes,
  };
}

function known(code: RaisedIssue['code'], subject: Partial<RaisedIssue> = {}): RaisedIssue {
  const at = '2026-03-01T00:00:00.000Z';
  return { code, details: {}, raisedAt: at, updatedAt: at, times: 1, ...subject };
}

/** What the issues say that a run raises. */
function messages(run: JobRun, open: readonly RaisedIssue[] = []): string[] {
  return issuesAfterRun(run, job, open).raised.map((issue) => describeIssue(known(issue.code, issue)).message);
}

test('a run that made no backup says why, and which location could not be reached', () => {
  const error = { code: 'no-location-stored', message: 'No location stored the backup.', remedy: 'Mend one.' };
  expect(messages(ended('failed', { error, locations: [failed] }))).toEqual([
    'The job "Nightly" made no backup when it ran: No location stored the backup.',
    '"NAS" can not be reached: The share is not mounted.',
  ]);
});

test('a partial run says what is missing, of locations and of sources', () => {
  const sources = [
    { name: 'docs', state: 'complete' as const, problems: 0 },
    { name: 'photos', state: 'missing' as const, problems: 0 },
    { name: 'mail', state: 'incomplete' as const, problems: 3 },
  ];
  expect(messages(ended('partial', { locations: [stored, failed], sources }))[0]).toBe(
    'The last backup of the job "Nightly" is not complete: "NAS" did not get it (The share is not mounted); the source "photos" is not in it; ' +
      '3 files of the source "mail" could not be read.',
  );
});

test('a location that is still to get its copy is no issue yet', () => {
  const pending: RunLocation = { ...failed, state: 'pending', nextAttempt: '2026-03-01T05:05:00.000Z' };
  expect(messages(ended('partial', { locations: [stored, pending] }))).toEqual([]);
});

test('a location whose failure is explained by another issue gets no second one', () => {
  const open = [known('access-lost', { location: { id: 'nas-1', title: 'NAS' } })];
  expect(messages(ended('partial', { locations: [stored, failed] }), open)).toEqual([expect.stringContaining('is not complete')]);
});

test('a complete run closes what its job and its locations are cured of, and nothing else', () => {
  const { cured } = issuesAfterRun(ended('complete'), job, []);
  const at = (id: string) => ({ location: { id, title: id } });
  const issues = [
    known('backup-failed', { job }),
    known('backup-partial', { job }),
    known('backup-overdue', { job }),
    known('backup-overdue', { job, ...at('b2-1') }),
    known('location-unreachable', at('b2-1')),
    known('backup-overdue', { job, ...at('nas-1') }),
    known('backup-failed', { job: { id: 'other', title: 'Other' } }),
    known('location-unreachable', at('nas-1')),
    known('encryption-off', { job, ...at('b2-1') }),
  ];
  expect(issues.map(cured)).toEqual([true, true, true, true, true, false, false, false, false]);
});

test('a run that was cancelled, or never began, says nothing', () => {
  for (const state of ['cancelled', 'skipped', 'running'] as const) {
    const { raised, cured } = issuesAfterRun(ended(state, { locations: [failed] }), job, []);
    expect([raised, cured(known('backup-failed', { job }))]).toEqual([[], false]);
  }
});
