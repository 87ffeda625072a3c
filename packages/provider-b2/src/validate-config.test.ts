import { expect, test } from 'vitest';
import { contextOf, startBucket } from './b2.fixture.js';
import { placeOfBucket } from './place-of-bucket.js';
import type { B2Config } from './settings.js';
import { validateConfig } from './validate-config.js';

const validate = (config: B2Config) => validateConfig(config, contextOf());
const all = ['listBuckets', 'listFiles', 'readFiles', 'writeFiles', 'deleteFiles'];

test('takes settings that work, and changes nothing in doing so', async () => {
  const { server, bucket, config } = await startBucket();
  expect(await validate(config)).toEqual([]);
  expect(await validate({ ...server.masterKey, bucket, endpoint: `${server.url}/` })).toEqual([]);
  expect(await validate({ ...config, keyId: ` ${config.keyId}\n`, applicationKey: `${config.applicationKey} ` })).toEqual([]);
  expect(server.contents(bucket)).toEqual({ versions: [], unfinished: [] });
});

test('names the field of what is wrong', async () => {
  const { server, bucket, config } = await startBucket();
  server.createBucket('holdfast-other-bucket');
  const ofBoth = server.createKey({ bucket: [bucket, 'holdfast-other-bucket'] });
  const ofOther = server.createKey({ bucket: 'holdfast-other-bucket' });
  const cases: readonly [Partial<B2Config>, string, string, Record<string, string>?][] = [
    [{ applicationKey: 'K001wrong' }, 'applicationKey', 'key.refused'],
    [{ keyId: '0014aa0000000000000000009' }, 'applicationKey', 'key.refused'],
    [{ ...server.createKey({ expiresAt: new Date(Date.now() - 1000) }) }, 'applicationKey', 'key.refused'],
    [{ ...ofOther }, 'bucket', 'bucket.not-allowed', { bucket, allowed: 'holdfast-other-bucket' }],
    [
      { ...ofBoth, bucket: 'third-bucket' },
      'bucket',
      'bucket.not-allowed',
      { bucket: 'third-bucket', allowed: `${bucket}, holdfast-other-bucket` },
    ],
    [{ ...server.createKey(), bucket: 'third-bucket' }, 'bucket', 'bucket.missing', { bucket: 'third-bucket' }],
    [
      { ...server.createKey({ bucket, capabilities: ['listBuckets', 'listFiles', 'readFiles'] }) },
      'applicationKey',
      'key.lacks',
      { capabilities: 'writeFiles, deleteFiles' },
    ],
    [{ ...server.createKey({ bucket, capabilities: all, namePrefix: 'garden' }) }, 'prefix', 'prefix.not-allowed', { allowed: 'garden' }],
    [{ prefix: '/home' }, 'prefix', 'prefix.leading-slash'],
    [{ prefix: 'a/../b' }, 'prefix', 'prefix.dots'],
    [{ prefix: 'a//b' }, 'prefix', 'prefix.empty-part'],
    [{ prefix: `a/${'x'.repeat(251)}` }, 'prefix', 'prefix.long-part'],
    [{ endpoint: 'api.backblazeb2.com' }, 'endpoint', 'endpoint.no-url'],
    [{ endpoint: 'http://b2.example.com' }, 'endpoint', 'endpoint.not-encrypted'],
    [{ endpoint: `${server.url}/elsewhere` }, 'endpoint', 'endpoint.not-b2'],
  ];
  for (const [change, field, message, placeholders] of cases) {
    const errors = await validate({ ...config, ...change });
    expect(errors, JSON.stringify(change)).toMatchObject([{ field, message: `%b2.${message}%`, ...(placeholders && { placeholders }) }]);
  }
});

test('tells all that is wrong at once', async () => {
  const { server, bucket, config } = await startBucket();
  const key = server.createKey({ bucket, capabilities: all.slice(1), namePrefix: 'garden/' });
  const errors = await validate({ ...config, ...key, bucket: 'third-bucket' });
  expect(errors.map(({ field }) => field)).toEqual(['applicationKey', 'bucket', 'prefix']);
});

test.each(['ha', 'ha/'])('a key that is limited to %j may use the folder, with or without a slash at its end', async (namePrefix) => {
  const { server, bucket, config } = await startBucket();
  const key = server.createKey({ bucket, capabilities: all, namePrefix });
  for (const prefix of ['ha', 'ha/', 'ha/deeper']) expect(await validate({ ...config, ...key, prefix })).toEqual([]);
  expect(await validate({ ...config, ...key, prefix: '' })).toMatchObject([{ field: 'prefix' }]);
});

test('what is no fault of the settings is thrown', async () => {
  const { server, config } = await startBucket();
  server.inject({ call: 'b2_list_buckets', times: 10, fault: 'cap' });
  await expect(validate(config)).rejects.toMatchObject({ code: 'quota-exceeded' });
  await expect(validate({ ...config, endpoint: 'http://127.0.0.1:9' })).rejects.toMatchObject({ code: 'unavailable' });
});

test('one place has one name', async () => {
  const { config } = await startBucket();
  expect(await placeOfBucket({ ...config, bucket: 'My-Bucket', prefix: 'home/ha/' })).toEqual({ root: 'b2:my-bucket', path: 'home/ha' });
  expect(await placeOfBucket({ ...config, bucket: 'my-bucket', prefix: '' })).toEqual({ root: 'b2:my-bucket', path: '' });
});
