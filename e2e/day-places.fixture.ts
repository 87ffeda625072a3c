import { join } from 'node:path';
import { type FaultProxy, type FaultRule, startFaultProxy } from '@holdfast/provider-kit';
import { isS3ServerAvailable, startB2Server, startS3Server } from '@holdfast/test-servers';
import { repository } from './holdfast.fixture.js';

/** A bucket at a service, which is reached through a proxy that breaks things. */
export interface DayPlace extends AsyncDisposable {
  readonly proxy: FaultProxy;
  /** Of the location. */
  readonly type: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly providerFolder: string;
  /** How many backups the location keeps by itself; undefined for all. */
  readonly keeps?: number;
  /** The names of all that the bucket bills: what is there, and what is hidden or unfinished. */
  contents(): Promise<{ readonly objects: readonly string[]; readonly leftovers: readonly string[] }>;
}

export interface KindOfPlace {
  readonly name: string;
  readonly available: boolean;
  /** What goes wrong all day. */
  readonly faults: readonly FaultRule[];
  start(folder: string): Promise<DayPlace>;
}

export const prefix = 'at home/backups';

const b2Busy = { status: 503, body: { status: 503, code: 'service_unavailable', message: 'no tomes available' } };
const s3Busy = { status: 503, body: '<Error><Code>SlowDown</Code></Error>', headers: { 'Content-Type': 'application/xml' } };

const b2: KindOfPlace = {
  name: 'Backblaze B2 (emulated)',
  available: true,
  faults: [
    { match: { path: /b2_upload_part/, nth: 2 }, fault: b2Busy },
    { match: { path: /b2_upload_part/, nth: 4 }, fault: { reset: 'up', afterBytes: 1_000_000 } },
    { match: { path: /b2_upload_part/, nth: 6 }, fault: { lostAnswer: true } },
    { match: { path: /b2_finish_large_file/, nth: 1 }, fault: { lostAnswer: true } },
    { match: { path: /b2_upload_file/, nth: 1 }, fault: { lostAnswer: true } },
    { match: { path: /b2_list_file_names/, nth: 2 }, fault: b2Busy },
    { match: { path: /b2_delete_file_version/, nth: 1 }, fault: { lostAnswer: true } },
    { match: { method: 'GET', path: /b2_download_file_by|^\/file\//, nth: 2 }, fault: b2Busy },
    { match: { method: 'GET', path: /\.tar($|\?)|b2_download_file_by_id/, nth: 6 }, fault: { reset: 'down', afterBytes: 300_000 } },
  ],
  async start(folder) {
    const server = await startB2Server({ dataFolder: folder });
    const bucket = 'day-in-the-life';
    server.createBucket(bucket);
    const { keyId, applicationKey } = server.createKey({ bucket });
    const proxy = await startFaultProxy({ upstream: server });
    return {
      proxy,
      type: 'b2',
      settings: { keyId, applicationKey, bucket, prefix, endpoint: `http://${proxy.host}:${proxy.port}` },
      providerFolder: join(repository, 'packages/provider-b2'),
      async contents() {
        const { versions, unfinished } = server.contents(bucket);
        const newest = new Map(versions.toReversed().map((version) => [version.fileName, version]));
        const objects = [...newest.values()].filter(({ action }) => action === 'upload');
        const older = versions.filter((version) => !objects.includes(version));
        return {
          objects: objects.map(({ fileName }) => fileName),
          leftovers: [
            ...older.map(({ fileName, action }) => `${action}: ${fileName}`),
            ...unfinished.map(({ fileName }) => `unfinished: ${fileName}`),
          ],
        };
      },
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  },
};

const s3: KindOfPlace = {
  name: 'S3 (Ceph)',
  available: isS3ServerAvailable(),
  faults: [
    { match: { method: 'PUT', path: /partNumber=/, nth: 2 }, fault: s3Busy },
    { match: { method: 'PUT', path: /partNumber=/, nth: 4 }, fault: { reset: 'up', afterBytes: 1_000_000 } },
    { match: { method: 'PUT', path: /partNumber=/, nth: 6 }, fault: { lostAnswer: true } },
    { match: { method: 'POST', path: /uploadId=/, nth: 1 }, fault: { lostAnswer: true } },
    { match: { method: 'PUT', path: /\.holdfast\.json/, nth: 1 }, fault: { lostAnswer: true } },
    { match: { method: 'GET', path: /list-type=2/, nth: 2 }, fault: s3Busy },
    { match: { method: 'DELETE', nth: 1 }, fault: { lostAnswer: true } },
    { match: { method: 'GET', path: /\.holdfast\.json/, nth: 2 }, fault: s3Busy },
    { match: { method: 'GET', path: /\.tar\?/, nth: 3 }, fault: { reset: 'down', afterBytes: 300_000 } },
  ],
  async start() {
    const server = await startS3Server({ store: 'file' });
    const bucket = await server.createBucket();
    const proxy = await startFaultProxy({ upstream: server });
    const { region, accessKeyId, secretAccessKey } = server;
    return {
      proxy,
      type: 'cloud',
      settings: { service: 'ceph', endpoint: `http://${proxy.host}:${proxy.port}`, region, accessKeyId, secretAccessKey, bucket, prefix },
      providerFolder: join(repository, 'packages/provider-cloud'),
      keeps: 1,
      async contents() {
        const { objects, hidden, uploads } = await server.contents(bucket);
        return {
          objects: objects.map(({ key }) => key),
          leftovers: [...hidden.map(({ key }) => `hidden: ${key}`), ...uploads.map(({ key }) => `unfinished: ${key}`)],
        };
      },
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  },
};

export const kindsOfPlace: readonly KindOfPlace[] = [b2, s3];
