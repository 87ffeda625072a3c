import { expect, test } from 'vitest';
import { asksForNothing, describeProvenance, permissionFields } from './describe-permissions.js';

test('what a package may reach is said in words', () => {
  expect(permissionFields({ network: ['api.example.com', '*.example.org'], filesystem: 'none' })).toEqual([
    ['network', 'api.example.com, *.example.org'],
    ['files', 'none but a folder of its own for notes'],
  ]);
  expect(Object.fromEntries(permissionFields({ network: ['*'], filesystem: 'config' }))).toEqual({
    network: 'any host',
    files: 'the folders that the settings of its locations name, and one of its own',
  });
  expect(asksForNothing({ network: [], filesystem: 'none' })).toBe(true);
  expect(asksForNothing({ network: [], filesystem: 'config' })).toBe(false);
});

test('a proof of origin names the source, and its absence is not passed over', () => {
  const proven = { state: 'verified', signature: 'verified', repository: 'https://github.com/a/b', commit: '0123456789abcdef' } as const;
  expect(describeProvenance(proven)).toBe('proven: built from https://github.com/a/b at 0123456789ab');
  expect(describeProvenance({ state: 'absent', signature: 'absent' })).toContain('not proven');
  expect(describeProvenance({ state: 'unknown', signature: 'unknown', reason: 'no network' })).toContain('no network');
});
