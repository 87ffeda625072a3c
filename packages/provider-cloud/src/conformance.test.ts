import { fileURLToPath } from 'node:url';
import type { Subject } from '@holdfast/provider-kit';
import { testProvider } from '@holdfast/provider-kit/vitest';
import { describe } from 'vitest';
import { hasServer, putForeign, serverOfFile, settingsFor } from './cloud.fixture.js';

describe.skipIf(!hasServer)('a bucket', () => {
  const file = serverOfFile();
  const subject: Subject = {
    folder: fileURLToPath(new URL('..', import.meta.url)),
    module: () => import('./index.js'),
    partBytes: 16 * 2 ** 20,
    // A thousand objects, one after the other, are many requests for a small server.
    timeLimit: 240_000,
    async place() {
      const { s3 } = file;
      const bucket = await s3.createBucket(undefined, { versions: true });
      const config = { ...settingsFor(s3, bucket), prefix: 'some/where' };
      const plain = (key: string) => `some/where/${key}`;
      return {
        config,
        through: {
          upstream: s3,
          config: ({ host, port }) => ({ ...config, endpoint: `http://${host}:${port}` }),
        },
        async leftovers() {
          const { hidden, uploads } = await s3.contents(bucket);
          return [...hidden.map(({ key, versionId }) => `version ${versionId} of ${key}`), ...uploads.map(({ key }) => `upload of ${key}`)];
        },
        corrupt: (key) => s3.corrupt(bucket, plain(key)),
        putForeign: (name, content) => putForeign(s3, bucket, plain(name), content),
        async [Symbol.asyncDispose]() {},
      };
    },
    refused: [
      { name: 'a wrong secret', config: ({ config }) => ({ ...config, secretAccessKey: 'wrong' }), field: 'secretAccessKey' },
      { name: 'an unknown key', config: ({ config }) => ({ ...config, accessKeyId: 'UNKNOWN' }), field: 'accessKeyId' },
      { name: 'a bucket that is not there', config: ({ config }) => ({ ...config, bucket: 'not-there-4711' }), field: 'bucket' },
      { name: 'an address where nobody is', config: ({ config }) => ({ ...config, endpoint: 'http://127.0.0.1:9' }), field: 'endpoint' },
      { name: 'a prefix with a slash in front', config: ({ config }) => ({ ...config, prefix: '/a' }), field: 'prefix' },
    ],
  };
  testProvider(subject, { isolation: 'inline' });
});
