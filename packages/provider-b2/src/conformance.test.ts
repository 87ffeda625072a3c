import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startB2Server } from '@holdfast/test-servers';
import type { TestPlace } from '@holdfast/provider-kit';
import { testProvider } from '@holdfast/provider-kit/vitest';
import { otherProgram } from './other-program.fixture.js';

const newBucketName = () => `holdfast-${randomBytes(6).toString('hex')}`;

async function place(): Promise<TestPlace> {
  const server = await startB2Server();
  const bucket = newBucketName();
  server.createBucket(bucket);
  const config = { ...server.createKey({ bucket }), bucket, prefix: 'home', endpoint: server.url };
  return {
    config,
    through: {
      upstream: { host: server.host, port: server.port },
      config: ({ host, port }) => ({ ...config, endpoint: `http://${host}:${port}` }),
    },
    async leftovers() {
      const { versions, unfinished } = server.contents(bucket);
      const hidden = versions.filter(({ action, fileName }, index) => action === 'hide' || versions[index - 1]?.fileName === fileName);
      return [...hidden, ...unfinished].map(({ fileName }) => fileName);
    },
    async corrupt(key) {
      server.corrupt(bucket, `home/${key}`, 0);
    },
    async putForeign(name, content) {
      await (await otherProgram(server, bucket)).upload(`home/${name}`, content);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

testProvider(
  {
    folder: fileURLToPath(new URL('..', import.meta.url)),
    module: () => import('./index.js'),
    place,
    partBytes: 16 * 2 ** 20,
    timeLimit: 180_000,
    refused: [
      { name: 'wrong application key', config: ({ config }) => ({ ...config, applicationKey: 'K000wrong' }), field: 'applicationKey' },
      { name: 'a bucket that is not there', config: ({ config }) => ({ ...config, bucket: 'no-such-bucket' }), field: 'bucket' },
      { name: 'a prefix that starts with a slash', config: ({ config }) => ({ ...config, prefix: '/home' }), field: 'prefix' },
    ],
  },
  { isolation: 'inline' },
);
