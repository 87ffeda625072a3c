import { describe, expect, test } from 'vitest';
import { backupId, encodeBackupMetadata, newBackupMetadata, parseBackupMetadata } from './backup-metadata.js';

const parse = (value: unknown) => parseBackupMetadata(Buffer.from(JSON.stringify(value)));
const least = { slug: 'a1b2c3d4', name: 'Backup', date: '2020-01-01T00:00:00+00:00' };

test.each([
  ['2026-02-24T10:16:26.994906+00:00', 'backup_example_sec_v3', 'f92f0339'],
  ['2025-02-03T18:48:28.273501+00:00', 'Encrypt test', '93b462f8'],
  ['2024-11-21T17:58:38.135597+00:00', 'Example', '7fed74c8'],
])('the id is the one that Supervisor gave: %s %s', (date, name, id) => {
  expect(backupId(date, name)).toBe(id);
});

describe('new metadata', () => {
  const metadata = newBackupMetadata({
    name: 'Nightly',
    date: new Date('2026-11-21T09:00:00.123Z'),
    protected: true,
    homeassistant: { version: '2026.8.2', excludeDatabase: false },
    folders: ['share'],
    extra: { 'holdfast.key': 'value' },
  });

  test('has all that a restore by Home Assistant asks for, in the order of its own writer', () => {
    expect(Object.keys(metadata).slice(0, 9)).toEqual([
      'compressed',
      'date',
      'extra',
      'homeassistant',
      'name',
      'protected',
      'slug',
      'type',
      'version',
    ]);
    expect(metadata).toMatchObject({
      version: 2,
      type: 'partial',
      compressed: true,
      protected: true,
      addons: [],
      folders: ['share'],
      repositories: [],
    });
    expect(metadata.date).toBe('2026-11-21T09:00:00.123+00:00');
    expect(metadata.slug).toBe(backupId(metadata.date, 'Nightly'));
  });

  test('reads back as it was', () => {
    expect(parseBackupMetadata(encodeBackupMetadata(metadata))).toEqual(metadata);
  });
});

describe('old shapes', () => {
  test('what is missing has its default', () => {
    expect(parse(least)).toEqual({
      ...least,
      version: 1,
      type: 'partial',
      homeassistant: null,
      compressed: true,
      protected: false,
      folders: [],
      addons: [],
      repositories: [],
      extra: {},
    });
  });

  test('a text in `protected` means protected', () => {
    expect(parse({ ...least, protected: 'gAAAAB' }).protected).toBe(true);
  });

  test('the folder `homeassistant` is none', () => {
    expect(parse({ ...least, folders: ['homeassistant', 'ssl'] }).folders).toEqual(['ssl']);
  });

  test.each([null, {}, { version: null }])('no version of Home Assistant (%j) means that it is not included', (homeassistant) => {
    expect(parse({ ...least, homeassistant }).homeassistant).toBeNull();
  });
});

test('unknown keys are kept, at every level', () => {
  const raw = { ...least, future: { a: [1] }, crypto: null, homeassistant: { version: '1', exclude_database: true, size: 0.5 } };
  expect(JSON.parse(encodeBackupMetadata(parse(raw)).toString())).toMatchObject(raw);
});

test.each<[string, string | Buffer]>([
  ['nothing', ''],
  ['half of it', '{"slug":"a1b2c3d4","na'],
  ['another kind of JSON', '[]'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['no slug', JSON.stringify({ ...least, slug: undefined })],
  ['a name that is a number', JSON.stringify({ ...least, name: 7 })],
])('%s is unreadable', (_, bytes) => {
  expect(() => parseBackupMetadata(Buffer.from(bytes))).toThrow(expect.objectContaining({ code: 'metadata-unreadable' }));
});

test('a version of the format that is not known yet is told as such', () => {
  expect(() => parse({ ...least, version: 3 })).toThrow(expect.objectContaining({ code: 'unsupported-format' }));
});
