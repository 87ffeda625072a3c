import { expect, test } from 'vitest';
import { parseJob } from './parse-job.js';

const job = {
  id: '3f9a01bc',
  title: 'Words',
  enabled: true,
  sources: [
    { name: 'docs', path: '/docs', exclude: ['*.tmp'] },
    { name: 'web', path: '/web' },
  ],
  schedule: { every: 'week', on: ['mon', 'thu'], at: { from: '04:45', to: '05:45' }, timeZone: 'Europe/London' },
  since: '2026-01-31T04:45:00.000Z',
  locations: [{ location: 'local-3f2a', retention: { copies: 9 }, encrypt: false, without: ['web'] }],
  retention: { daily: 7, weekly: 4 },
  encryption: 'v3',
  compressionLevel: 9,
  before: { command: ['systemctl', 'stop', 'app'], timeLimit: 60 },
};

test('a job is read as it was written', () => {
  expect(parseJob(JSON.parse(JSON.stringify(job)), 'jobs[0]')).toEqual(job);
  expect(parseJob({ ...job, locations: 'all', differing: job.locations }, 'jobs[0]')).toMatchObject({ differing: job.locations });
});

test.each([
  [{ retension: {} }, 'jobs[0].retension: not known; is "retention" meant?'],
  [{ id: 'words' }, 'jobs[0].id: expected eight hexadecimal digits'],
  [{ title: ' Words' }, 'jobs[0].title: expected 1 to 60 characters without blanks at the ends'],
  [{ sources: [] }, 'jobs[0].sources: at least one is needed'],
  [{ sources: [...job.sources, job.sources[0]] }, 'jobs[0].sources: "docs" is there twice'],
  [{ sources: [{ name: 'docs', path: 'docs' }] }, 'jobs[0].sources[0].path: expected the whole path of a folder'],
  [{ schedule: { every: 'cron', expression: '0 0 31 2 *' } }, 'jobs[0].schedule: it never comes'],
  [{ schedule: { every: 'cron', expression: '99 0 * * *' } }, /^jobs\[0\]\.schedule\.expression: /],
  [{ schedule: { every: 'day', at: '25:00' } }, /^jobs\[0\]\.schedule\.at: expected a time/],
  [{ since: 'yesterday' }, /^jobs\[0\]\.since: expected a date/],
  [{ retention: { copies: 0 } }, /^jobs\[0\]\.retention\.copies: expected a whole number/],
  [{ locations: [{ location: 'a', without: ['attic'] }] }, 'jobs[0].locations[0].without: the job has no source "attic", but docs, web'],
  [{ locations: [{ location: 'a', without: ['web', 'docs'] }] }, 'jobs[0].locations[0].without: no source would be left for that location'],
  [{ locations: [{ location: 'a' }], differing: [] }, 'jobs[0].differing: only where locations is "all"'],
  [{ after: { command: [], timeLimit: 60 } }, 'jobs[0].after.command: expected a program and its arguments'],
  [{ after: { command: ['x'], timeLimit: 0 } }, /^jobs\[0\]\.after\.timeLimit: expected seconds/],
])('%j is refused with its place', (wrong, message) => {
  expect(() => parseJob({ ...job, ...wrong }, 'jobs[0]')).toThrow(message);
});
