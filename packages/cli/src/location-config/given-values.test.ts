import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownVariable } from './environment.js';
import { type GivenValues, isGivenFor, unusedNames, valuesForForm } from './given-values.js';
import { providerFields } from './provider-fields.js';

const fields = providerFields(
  {
    properties: {
      keyId: { type: 'string', 'x-env': ['B2_KEY_ID', 'B2_APPLICATION_KEY_ID'] },
      applicationKey: { type: 'string', 'x-env': 'B2_KEY' },
      bucketName: { type: 'string' },
      folder: { type: 'string', format: 'path' },
      port: { type: 'integer' },
      tls: { type: 'boolean' },
      tags: { type: 'array', items: { type: 'string' } },
    },
  },
  ['applicationKey'],
);
const nothing: GivenValues = { options: {}, set: [], files: {}, provider: 'my-b2', environment: {} };
const given = (changes: Partial<GivenValues>) => valuesForForm({ ...nothing, ...changes }, fields).values;
const set = (key: string, value: string) => ({ key, value });

describe('values for a form', () => {
  test('an option comes before --set, that before a file, that before the environment, and the own variable before one of others', () => {
    const environment = { HOLDFAST_MY_B2_BUCKET_NAME: 'own', HOLDFAST_MY_B2_KEY_ID: 'own', B2_KEY_ID: 'other', B2_KEY: 'secret' };
    expect(given({ environment })).toEqual({ bucketName: 'own', keyId: 'own', applicationKey: 'secret' });
    const files = { bucketName: 'file' };
    expect(given({ environment, files })).toMatchObject({ bucketName: 'file' });
    expect(given({ environment, files, set: [set('bucketName', 'set')] })).toMatchObject({ bucketName: 'set' });
    expect(given({ files, set: [set('bucketName', 'set')], options: { bucketName: 'option' } })).toMatchObject({ bucketName: 'option' });
  });

  test('texts become what the field takes, and stay texts where they can not be that', () => {
    const texts = [set('port', '8443'), set('tls', 'yes'), set('tags', 'a'), set('tags', 'b'), set('folder', 'x')];
    expect(given({ set: texts })).toEqual({ port: 8443, tls: true, tags: ['a', 'b'], folder: resolve('x') });
    expect(given({ set: [set('port', 'many')] })).toEqual({ port: 'many' });
    expect(given({ environment: { HOLDFAST_MY_B2_TAGS: 'a, b' } })).toEqual({ tags: ['a', 'b'] });
  });

  test('a key may be written as the option is', () => expect(given({ set: [set('bucket-name', 'b')] })).toEqual({ bucketName: 'b' }));

  test('what the form has no field for is left out', () => expect(given({ files: { region: 'x' }, set: [set('zone', 'y')] })).toEqual({}));

  test('an empty variable counts as not set', () => expect(given({ environment: { B2_KEY_ID: '' } })).toEqual({}));

  test('the environment does not replace what is settled', () => {
    const environment = { HOLDFAST_MY_B2_BUCKET_NAME: 'env', HOLDFAST_MY_B2_KEY_ID: 'env' };
    expect(valuesForForm({ ...nothing, environment }, fields, ['bucketName']).values).toEqual({ keyId: 'env' });
  });

  test('a secret by --set is refused without repeating it', () => {
    for (const key of ['applicationKey', 'application-key']) {
      expect(() => given({ set: [set(key, 'hunter2')] })).toThrow(expect.objectContaining({ code: 'secret-argument' }));
      expect(() => given({ set: [set(key, 'hunter2')] })).not.toThrow(/hunter2/);
    }
  });

  test('which came from the environment is told by the variable', () => {
    const { fromEnvironment } = valuesForForm({ ...nothing, environment: { B2_APPLICATION_KEY_ID: 'k' } }, fields);
    expect(fromEnvironment).toEqual([['keyId', 'B2_APPLICATION_KEY_ID']]);
  });
});

test('the environment alone does not count as given', () => {
  expect(isGivenFor({ ...nothing, environment: { B2_KEY_ID: 'k' } }, fields)).toBe(false);
  expect(isGivenFor({ ...nothing, set: [set('keyId', 'k')] }, fields)).toBe(true);
});

test('what nothing asked for is named', () => {
  const files = { keyId: 'k', regoin: 'x' };
  const asked = { fields, steps: ['method'] };
  expect(unusedNames({ ...nothing, files, set: [set('bucket-name', 'b'), set('method', 'page'), set('zone', 'z')] }, asked)).toEqual([
    'zone',
    'regoin',
  ]);
});

test('a variable has the name of the provider and of the setting', () => {
  expect(fields.map((field) => ownVariable('my-b2', field)).slice(0, 3)).toEqual([
    'HOLDFAST_MY_B2_KEY_ID',
    'HOLDFAST_MY_B2_APPLICATION_KEY',
    'HOLDFAST_MY_B2_BUCKET_NAME',
  ]);
});
