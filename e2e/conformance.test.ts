import { testProvider } from '@holdfast/provider-kit/vitest';
import { isS3ServerAvailable, type S3Server, startS3Server } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe } from 'vitest';
import { b2Subject, cloudSubject, localSubject } from './conformance.fixture.js';

// As users have them: built, each in a process of its own. The packages' own tests try their sources directly.
testProvider(localSubject, { isolation: 'process' });
testProvider(b2Subject, { isolation: 'process' });

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
