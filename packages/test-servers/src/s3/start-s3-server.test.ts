import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isS3ServerAvailable, startS3Server } from './start-s3-server.js';

beforeEach(() => {
  for (const name of ['PATH', 'CI', 'S3_TEST_ENDPOINT', 'S3_TEST_ACCESS_KEY_ID']) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('says what is missing, and what to do', async () => {
  expect(isS3ServerAvailable()).toBe(false);
  await expect(startS3Server()).rejects.toThrow(/ceph-mon, .*radosgw.* can't be found.*install-test-servers\.mjs.*S3_TEST_ENDPOINT/);
});

test('is never left out in CI', () => {
  vi.stubEnv('CI', 'true');
  expect(isS3ServerAvailable()).toBe(true);
});

test('takes another server only with its key', async () => {
  vi.stubEnv('S3_TEST_ENDPOINT', 'https://s3.example/');
  expect(isS3ServerAvailable()).toBe(true);
  await expect(startS3Server()).rejects.toThrow('S3_TEST_ACCESS_KEY_ID has to be set');
  vi.stubEnv('S3_TEST_ACCESS_KEY_ID', 'key');
  vi.stubEnv('S3_TEST_SECRET_ACCESS_KEY', 'secret');
  expect(await startS3Server()).toMatchObject({
    endpoint: 'https://s3.example',
    host: 's3.example',
    port: 443,
    region: 'us-east-1',
    own: false,
  });
});
