import { expect, test } from 'vitest';
import { formatByteSize, parseByteSize } from './byte-size.js';
import { limitProblems, limitsOf } from './location-limits.js';

const configSchema = {
  type: 'object',
  properties: {
    largest: { type: ['string', 'integer'], default: '5 GB', 'x-limit': 'maxObjectBytes' },
    kept: { type: 'integer', default: 1, 'x-limit': 'maxBackups' },
  },
};
const type = { limits: { maxObjectBytes: 10, maxBackups: 10, requiresEncryption: true }, configSchema };

test.each([
  ['5 GB', 5e9],
  ['5GB', 5e9],
  ['4.5 GiB', 4.5 * 1024 ** 3],
  ['  250 mb ', 250e6],
  ['1 kB', 1000],
  ['5000000', 5e6],
  ['5,5 GB', undefined],
  ['-5 GB', undefined],
  ['5 GBs', undefined],
  ['5 bananas', undefined],
  ['', undefined],
  ['9999999999999999 PB', undefined],
])('the size %j is %j bytes', (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

test('a size is shown as people write it', () => {
  expect([0, 999, 1000, 5e9, 4_831_838_208, 999_999_999].map(formatByteSize)).toEqual(['0 B', '999 B', '1 kB', '5 GB', '4.83 GB', '1 GB']);
});

test("a location's limits are those of its settings, else the settings' defaults, else the type's", () => {
  expect(limitsOf(type, { largest: '1 MiB', kept: 3 })).toEqual({ maxObjectBytes: 1_048_576, maxBackups: 3, requiresEncryption: true });
  expect(limitsOf(type, { largest: 7 })).toMatchObject({ maxObjectBytes: 7, maxBackups: 1 });
  expect(limitsOf(type, { largest: 'Unlimited', kept: 0 })).toMatchObject({ maxObjectBytes: undefined, maxBackups: undefined });
  expect(limitsOf({ ...type, configSchema: {} }, { largest: '1 MiB' })).toMatchObject({ maxObjectBytes: 10, maxBackups: 10 });
  // Not by a slip in a file that was edited by hand either does a location lose its limit.
  expect(limitsOf(type, { largest: 'a lot' })).toMatchObject({ maxObjectBytes: 10 });
});

test('a text that is no limit is told by its setting', () => {
  expect(limitProblems(configSchema, { largest: 'a lot', kept: 1.5 })).toEqual([
    { field: 'largest', message: 'Expected a size such as "5 GB" or "4.5 GiB", or "unlimited", found "a lot".' },
    { field: 'kept', message: 'Expected a whole number, or "unlimited", found 1.5.' },
  ]);
  expect(limitProblems(configSchema, { largest: '0', kept: 0 })).toEqual([]);
});
