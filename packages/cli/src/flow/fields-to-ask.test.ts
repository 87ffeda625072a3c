import { expect, test } from 'vitest';
import { providerFields } from '../location-config/provider-fields.js';
import { fieldsToAsk, type FormSituation } from './fields-to-ask.js';

const fields = providerFields(
  {
    required: ['bucket', 'key', 'shard'],
    properties: {
      region: { type: 'string', 'x-order': 3 },
      partSize: { type: 'integer', 'x-advanced': true },
      shard: { type: 'string', 'x-advanced': true },
      bucket: { type: 'string', 'x-order': 1 },
      key: { type: 'string', 'x-order': 2 },
    },
  },
  ['key'],
);
const asked = (situation: Partial<FormSituation>) => {
  const { first, onRequest } = fieldsToAsk(fields, { wrong: [], known: [], startsFromGiven: false, ...situation });
  return [first, onRequest].map((list) => list.map(({ name }) => name));
};

test('with nothing given all is asked in its order, and what few need only on request', () => {
  expect(asked({})).toEqual([['bucket', 'key', 'region', 'shard'], ['partSize']]);
});

test('with something given only what is needed and missing is asked', () => {
  expect(asked({ startsFromGiven: true, known: ['bucket'] })).toEqual([['key', 'shard'], []]);
});

test('after errors only what was wrong is asked again, and what is not known any more', () => {
  expect(asked({ wrong: ['region'], known: ['bucket', 'key', 'shard'] })).toEqual([['region'], []]);
  expect(asked({ wrong: ['region'], known: ['bucket', 'shard'] })).toEqual([['key', 'region'], []]);
});

test('an error of the whole opens all fields, unless one is named beside it', () => {
  const known = ['bucket', 'key', 'shard'];
  expect(asked({ wrong: ['base'], known })[0]).toHaveLength(5);
  expect(asked({ wrong: ['base', 'key'], known })).toEqual([['key'], []]);
});

test('what is wrong but has no field leaves nothing to ask', () => {
  expect(asked({ wrong: ['nested'], known: ['bucket', 'key', 'shard'] })).toEqual([[], []]);
});
