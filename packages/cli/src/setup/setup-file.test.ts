import { expect, test } from 'vitest';
import { parseSetupFile } from './setup-file.js';

test('a whole set-up: texts stand for folders, secrets are named by where they come from', () => {
  const faults: string[] = [];
  const parsed = parseSetupFile(
    {
      name: 'Living room',
      kit: 'usb',
      locations: [{ provider: 'b2', title: 'Far', config: { bucket: 'x' }, secrets: { applicationKey: { env: 'B2_KEY' } } }],
      jobs: [{ sources: ['/config', { path: 'photos', exclude: ['*.tmp'] }], schedule: { every: 'day' } }],
    },
    faults,
  );
  expect(faults).toEqual([]);
  expect(parsed).toEqual({
    name: 'Living room',
    kit: 'usb',
    locations: [{ provider: 'b2', title: 'Far', config: { bucket: 'x' }, secrets: { applicationKey: { env: 'B2_KEY' } } }],
    jobs: [
      {
        title: 'Automatic backup',
        job: { schedule: { every: 'day' } },
        sources: [{ path: '/config' }, { path: 'photos', exclude: ['*.tmp'] }],
      },
    ],
    backup: true,
  });
});

test('everything that is wrong is told at once, each with its place, and no secret is repeated', () => {
  const faults: string[] = [];
  parseSetupFile(
    {
      nmae: 'x',
      backup: 'yes',
      locations: [{ provider: 'b2', title: 'Far', secrets: { applicationKey: 'hunter2' } }, { title: 'Far' }],
      jobs: [{ sources: [{}, { path: '/a', exclude: [1] }] }, { title: '' }],
    },
    faults,
  );
  expect(faults).toEqual([
    'the file has nmae, which is none of name, kit, locations, jobs, backup',
    'backup is neither true nor false',
    'locations[0].secrets.applicationKey is neither {"file": "PATH"} nor {"env": "VARIABLE"}',
    'locations[1].provider is missing',
    'jobs[0].sources[0].path is missing',
    'jobs[0].sources[1].exclude holds what is no text',
    'jobs[1].title is not a text',
    'jobs[1].sources is empty',
    'locations has "Far" twice',
  ]);
});

test('a file without a job backs nothing up', () => {
  const faults: string[] = [];
  parseSetupFile({}, faults);
  expect(faults).toEqual(['jobs is missing: what is to be backed up?']);
});
