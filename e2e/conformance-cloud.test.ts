import { testProvider } from '@holdfast/provider-kit/vitest';
import { isS3ServerAvailable, type S3Server, startS3Server } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe } from 'vitest';
import { cloudSubject } from './conformance.fixture.js';

// As its users have it: built, in a process of its own. The package's own tests try its sources directly.
describe.skipIf(!isS3ServerAvailable())('with an S3 server', () => {
  let s3: S3Server;
  beforeAll(async () => {
    s3 = await startS3Server();
  });
  afterAll(() => s3?.[Symbol.asyncDispose]());
  testProvider(
    cloudSubject(() => s3),
    { isolation: 'process' },
  );
});
