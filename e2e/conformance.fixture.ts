import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Subject } from '@holdfast/provider-kit';
import { type S3Server, startB2Server } from '@holdfast/test-servers';
import { otherProgram } from '../packages/provider-b2/src/other-program.fixture.js';
import { putForeign, settingsFor } from '../packages/provider-cloud/src/cloud.fixture.js';
import { repository } from './holdfast.fixture.js';

/** Bytes of the parts that the providers for object storage begin with. */
const partBytes = 16 * 2 ** 20;

const packageFolder = (name: string): string => join(repository, 'packages', name);

/** A folder of this machine. */
export const localSubject: Subject = {
  folder: packageFolder('provider-local'),
  async place() {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-conformance-'));
    return {
      config: { path: folder },
      async leftovers() {
        const paths = await readdir(folder, { recursive: true });
        return paths.filter((path) => /^\.holdfast-(upload|check)-/.test(basename(path)));
      },
      async putForeign(name, content) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      },
      async corrupt(key) {
        const bytes = await readFile(join(folder, key));
        bytes[0] = 255 - (bytes[0] ?? 0);
        await writeFile(join(folder, key), bytes);
      },
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  },
  refused: [{ name: 'a path that is not absolute', config: () => ({ path: 'backups' }), field: 'path' }],
};

/** A bucket of an emulated Backblaze B2. */
export const b2Subject: Subject = {
  folder: packageFolder('provider-b2'),
  partBytes,
  async place() {
    const server = await startB2Server();
    const bucket = 'holdfast-conformance';
    server.createBucket(bucket);
    const config = { ...server.createKey({ bucket }), bucket, prefix: 'home', endpoint: server.url };
    return {
      config,
      through: { upstream: server, config: ({ host, port }) => ({ ...config, endpoint: `http://${host}:${port}` }) },
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
  },
  refused: [
    { name: 'wrong application key', config: ({ config }) => ({ ...config, applicationKey: 'K000wrong' }), field: 'applicationKey' },
  ],
};

/** A bucket of an S3 server. */
export function cloudSubject(server: () => S3Server): Subject {
  return {
    folder: packageFolder('provider-cloud'),
    partBytes,
    // A thousand objects take their time there.
    timeLimit: 300_000,
    async place() {
      const s3 = server();
      const bucket = await s3.createBucket(undefined, { versions: true });
      const config = { ...settingsFor(s3, bucket), prefix: 'some/where' };
      return {
        config,
        through: { upstream: s3, config: ({ host, port }) => ({ ...config, endpoint: `http://${host}:${port}` }) },
        async leftovers() {
          const { hidden, uploads } = await s3.contents(bucket);
          return [...hidden, ...uploads].map(({ key }) => key);
        },
        corrupt: (key) => s3.corrupt(bucket, `some/where/${key}`),
        putForeign: (name, content) => putForeign(s3, bucket, `some/where/${name}`, content),
        async [Symbol.asyncDispose]() {},
      };
    },
    refused: [{ name: 'a wrong secret', config: ({ config }) => ({ ...config, secretAccessKey: 'wrong' }), field: 'secretAccessKey' }],
  };
}
