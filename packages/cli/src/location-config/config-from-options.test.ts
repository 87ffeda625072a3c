import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configFromOptions } from './config-from-options.js';
import { providerFields } from './provider-fields.js';

const schema = {
  type: 'object',
  required: ['bucketName', 'secretKey'],
  properties: {
    bucketName: { type: 'string', title: 'Bucket' },
    secretKey: { type: 'string' },
    port: { type: 'integer', default: 443 },
    ratio: { type: 'number' },
    useTLS: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    folder: { type: 'string', format: 'path' },
    storage_class: { enum: ['hot', 'cold'] },
    advanced: { type: 'object' },
  },
};
const fields = providerFields(schema, ['secretKey']);
const parse = (...args: string[]) => configFromOptions('cloud', fields, args);

test('the options are drawn from the schema', () => {
  expect(fields.map(({ option }) => option)).toEqual([
    '--bucket-name',
    '--secret-key',
    '--port',
    '--ratio',
    '--use-tls',
    '--tags',
    '--folder',
    '--storage-class',
  ]);
  expect(fields.find(({ name }) => name === 'bucketName')).toMatchObject({ title: 'Bucket', required: true, secret: false });
  expect(fields.find(({ name }) => name === 'secretKey')).toMatchObject({ required: true, secret: true });
});

describe('options become settings', () => {
  test.each<[string[], Record<string, unknown>]>([
    [['--bucket-name', 'b'], { bucketName: 'b' }],
    [['--bucket-name=a=b'], { bucketName: 'a=b' }],
    [['--bucket-name', '--odd'], { bucketName: '--odd' }],
    [['--port', '8443', '--ratio', '0.5'], { port: 8443, ratio: 0.5 }],
    [['--use-tls'], { useTLS: true }],
    [['--no-use-tls'], { useTLS: false }],
    [['--use-tls=no'], { useTLS: false }],
    [['--tags', 'a', '--tags=b'], { tags: ['a', 'b'] }],
    [['--folder', './x'], { folder: resolve('x') }],
    [[], {}],
  ])('%j', (args, config) => expect(parse(...args)).toEqual(config));
});

describe('what can not be is refused', () => {
  const refusal = (...args: string[]): unknown => {
    try {
      return parse(...args);
    } catch (error) {
      return error;
    }
  };

  test.each([
    { args: ['--bucket'], message: 'has no option --bucket; it has --bucket-name,' },
    { args: ['--port', 'many'], message: '--port takes a whole number' },
    { args: ['--port', ''], message: '--port takes a whole number' },
    { args: ['--ratio', ''], message: '--ratio takes a number' },
    { args: ['--bucket-name'], message: '--bucket-name needs a value' },
    { args: ['stray'], message: 'must be options' },
  ])('$args', ({ args, message }) => {
    expect(refusal(...args)).toMatchObject({ code: 'bad-usage', exitCode: 2 });
    expect(String(refusal(...args))).toContain(message);
  });

  test('a secret, without repeating it', () => {
    const error = refusal('--secret-key=hunter2');
    expect(error).toMatchObject({ code: 'secret-argument', exitCode: 2 });
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });
});
