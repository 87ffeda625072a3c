import { expect, test } from 'vitest';
import { isHoldfastError } from '../base/errors.js';
import { homeAssistantMetadataKeys, isHomeAssistantMetadata, parseHomeAssistantMetadata } from './home-assistant-metadata.js';
import { backupKey, indexKey, sidecarKey } from './backup-name.js';

const record = { backup_id: '0de743ce', name: 'Nightly', date: '2026-08-19T04:45:00+02:00', protected: false, addons: [], folders: [] };
const parse = (value: unknown) => parseHomeAssistantMetadata(Buffer.from(JSON.stringify(value)), 'x.metadata.json');

function faultOf(value: unknown): string {
  try {
    parse(value);
    return 'none';
  } catch (error) {
    return isHoldfastError(error, 'metadata-file-unreadable') ? String(error.details['reason']) : String(error);
  }
}

test('the record is read in its envelope and without, and the time of the request is the date', () => {
  const extra_metadata = { 'supervisor.backup_request_date': '2026-08-19T04:40:00+02:00' };
  const envelope = { metadata_version: '1', backup_id: '0de743ce', backup_metadata: { ...record, extra_metadata } };
  expect(parse(envelope)).toMatchObject({ id: '0de743ce', name: 'Nightly', date: '2026-08-19T04:40:00+02:00', encrypted: false });
  expect(parse(record)).toMatchObject({ id: '0de743ce', date: record.date, sources: [] });
});

test.each([
  [[], 'it is not an object'],
  [{ metadata_version: '2' }, 'it is of version "2"'],
  [{ metadata_version: '1', backup_id: 'a', backup_metadata: 7 }, 'backup_metadata is not an object'],
  [{ metadata_version: '1', backup_id: 'another', backup_metadata: record }, 'it has two ids'],
  [{ ...record, name: { toString: 'x' } }, 'name is not a text'],
  [{ ...record, name: undefined }, 'name is not a text'],
  [{ ...record, date: 'yesterday' }, 'date is not a date'],
  [{ ...record, protected: 'yes' }, 'protected is neither true nor false'],
  [{ ...record, addons: [{ slug: 5 }] }, 'addons holds what has no name'],
  [{ ...record, folders: 'share' }, 'folders is not a list'],
])('%j is refused: %s', (value, fault) => {
  expect(faultOf(value)).toBe(fault);
});

test('a text that is too long for a list is refused', () => {
  expect(faultOf({ ...record, name: 'x'.repeat(501) })).toBe('name is not a text');
});

test('no name of ours is taken for one of these files', () => {
  const key = backupKey('0de743ce', new Date());
  expect([key, sidecarKey(key), indexKey(key)].filter(isHomeAssistantMetadata)).toEqual([]);
  expect(homeAssistantMetadataKeys('a b.tar')).toEqual(['a b.metadata.json', 'a b_meta.json']);
});
