import { randomBytes } from 'node:crypto';
import { isContinuousIntegration, missingCephPrograms } from './ceph-programs.js';
import { type CephCluster, startCephCluster } from './ceph-cluster.js';
import { createS3Client } from './s3-client.js';
import type { S3Credentials, S3Server, S3ServerOptions } from './s3-server.js';
import type { S3Account } from './signed-request.js';

/**
 * Starts Ceph's RGW on free ports, or takes the server that S3_TEST_ENDPOINT names, with S3_TEST_ACCESS_KEY_ID, S3_TEST_SECRET_ACCESS_KEY
 * and S3_TEST_REGION (default us-east-1). Our own one ends with this process, should it not be disposed of; on the other one, to dispose
 * means to remove the buckets that were made.
 */
export async function startS3Server({ store = 'memory' }: S3ServerOptions = {}): Promise<S3Server> {
  const given = givenAccount();
  if (given !== undefined) return serverAt(given, undefined);
  const cluster = await startCephCluster(store);
  const { port, accessKeyId, secretAccessKey } = cluster;
  return serverAt({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', accessKeyId, secretAccessKey }, cluster);
}

/** Whether `startS3Server` can work here. In CI it has to, so there it is always true. */
export function isS3ServerAvailable(): boolean {
  return (process.env['S3_TEST_ENDPOINT'] ?? '') !== '' || isContinuousIntegration() || missingCephPrograms().length === 0;
}

function givenAccount(): S3Account | undefined {
  const endpoint = process.env['S3_TEST_ENDPOINT'] ?? '';
  if (endpoint === '') return undefined;
  const need = (name: string) => {
    const value = process.env[name] ?? '';
    if (value === '') throw new Error(`S3_TEST_ENDPOINT is set, so ${name} has to be set as well.`);
    return value;
  };
  return {
    endpoint: endpoint.replace(/\/+$/, ''),
    region: process.env['S3_TEST_REGION'] ?? 'us-east-1',
    accessKeyId: need('S3_TEST_ACCESS_KEY_ID'),
    secretAccessKey: need('S3_TEST_SECRET_ACCESS_KEY'),
  };
}

function serverAt(account: S3Account, cluster: CephCluster | undefined): S3Server {
  const client = createS3Client(account);
  const { protocol, hostname, port } = new URL(account.endpoint);
  const made: string[] = [];
  const users = new Map<string, string>();
  const statements = new Map<string, unknown[]>();

  function ownCluster(): CephCluster {
    if (cluster === undefined) throw new Error('This can only be done with a server of our own, not with that of S3_TEST_ENDPOINT.');
    return cluster;
  }

  return {
    ...account,
    host: hostname,
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    own: cluster !== undefined,

    async createBucket(name = `holdfast-test-${randomBytes(6).toString('hex')}`, { versions = false } = {}) {
      await client.createBucket(name);
      made.push(name);
      if (versions) await client.keepVersions(name);
      return name;
    },
    contents: client.contents,

    async corrupt(bucket, key, offset = 0) {
      const { body, headers } = await client.get(bucket, key);
      const byte = body[offset];
      if (byte === undefined) throw new Error(`${key} has ${body.length} bytes, so none at ${offset}.`);
      body[offset] = byte ^ 0xff;
      const kept = Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('x-amz-meta-'));
      await client.put(bucket, key, body, Object.fromEntries(kept.map(([name, value]) => [name, String(value)])));
    },

    async createUser(rights): Promise<S3Credentials> {
      const user = `user-${users.size + 1}`;
      const credentials = await ownCluster().createUser(user);
      users.set(credentials.accessKeyId, user);
      if (rights !== undefined) {
        const { bucket, actions } = rights;
        const resources = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
        const statement = { Effect: 'Allow', Principal: { AWS: [`arn:aws:iam:::user/${user}`] }, Action: actions, Resource: resources };
        const all = [...(statements.get(bucket) ?? []), statement];
        statements.set(bucket, all);
        await client.setPolicy(bucket, all);
      }
      return credentials;
    },
    async revoke(accessKeyId) {
      const user = users.get(accessKeyId);
      if (user === undefined) throw new Error('Only the key of a user that createUser made can be revoked.');
      await ownCluster().administer('key', 'rm', `--uid=${user}`, '--key-type=s3', `--access-key=${accessKeyId}`);
    },
    async limit(bucket, bytes) {
      const administer = ownCluster().administer;
      await administer('quota', 'set', '--quota-scope=bucket', `--bucket=${bucket}`, `--max-size=${bytes}`);
      await administer('quota', 'enable', '--quota-scope=bucket', `--bucket=${bucket}`);
    },

    async [Symbol.asyncDispose]() {
      if (cluster !== undefined) return cluster[Symbol.asyncDispose]();
      for (const bucket of made) await client.removeBucket(bucket);
    },
  };
}
