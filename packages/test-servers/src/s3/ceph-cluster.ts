import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CephProcesses, createCephProcesses } from './ceph-processes.js';
import { requireCephPrograms } from './ceph-programs.js';
import { type CephSettings, cephSettings } from './ceph-settings.js';
import { freePort } from './free-port.js';
import { createS3Client } from './s3-client.js';
import type { S3Credentials } from './s3-server.js';

/** A Ceph of its own, with an S3 gateway that answers. */
export interface CephCluster extends AsyncDisposable, S3Credentials {
  readonly port: number;
  /** Makes a user who owns no bucket. */
  createUser(name: string): Promise<S3Credentials>;
  /** Runs `radosgw-admin`. */
  administer(...commandArguments: readonly string[]): Promise<void>;
}

const attempts = 3;
const startLimitMs = 120_000;

export async function startCephCluster(store: 'memory' | 'file'): Promise<CephCluster> {
  requireCephPrograms();
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(store);
    } catch (error) {
      // Between the moment when a port was found free and its use somebody else may have taken it.
      if (attempt === attempts || !/in use/i.test(String(error))) throw error;
    }
  }
}

async function startOnce(store: 'memory' | 'file'): Promise<CephCluster> {
  const ceph = await createCephProcesses();
  const administer = async (...given: readonly string[]) => ceph.run('radosgw-admin', ...given);
  const createUser = async (name: string) => {
    const credentials = { accessKeyId: randomBytes(10).toString('hex').toUpperCase(), secretAccessKey: randomBytes(20).toString('hex') };
    const { accessKeyId, secretAccessKey } = credentials;
    await administer(
      'user',
      'create',
      `--uid=${name}`,
      `--display-name=${name}`,
      `--access-key=${accessKeyId}`,
      `--secret-key=${secretAccessKey}`,
    );
    return credentials;
  };
  try {
    const settings = { folder: ceph.folder, clusterId: randomUUID(), monitorPort: await freePort(), gatewayPort: await freePort(), store };
    await writeFile(join(ceph.folder, 'ceph.conf'), cephSettings(settings));
    await Promise.all(['mon', 'osd', 'run'].map((name) => mkdir(join(ceph.folder, name))));
    await makeMaps(ceph, settings);
    // Each of them waits for those that it needs.
    ceph.start('ceph-mon', '-i', 'a');
    await ceph.run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', randomUUID());
    ceph.start('ceph-osd', '-i', '0', '--crush-location', 'root=default host=h');
    ceph.start('radosgw', '-n', 'client.rgw');
    const credentials = await whileRunning(ceph, async (signal) => {
      const user = await createUser('tests');
      await untilAnswers(settings.gatewayPort, user, signal);
      return user;
    });
    return { ...credentials, port: settings.gatewayPort, createUser, administer, [Symbol.asyncDispose]: ceph.stop };
  } catch (error) {
    await ceph.stop();
    throw error;
  }
}

/** The first maps of monitors and stores. With the store in it from the beginning, the monitor needs no orders. */
async function makeMaps(ceph: CephProcesses, { folder, clusterId, monitorPort }: CephSettings): Promise<void> {
  const [monitors, stores] = [join(folder, 'monitors'), join(folder, 'stores')];
  await Promise.all([
    ceph.run('monmaptool', '--create', '--fsid', clusterId, '--addv', 'a', `[v2:127.0.0.1:${monitorPort}]`, monitors),
    ceph.run('osdmaptool', '--createsimple', '1', '--pg-bits', '2', stores),
  ]);
  await ceph.run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monitors, '--osdmap', stores);
}

/** Waits for it as long as there is hope. */
async function whileRunning<T>(ceph: CephProcesses, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const watch = async (): Promise<never> => {
    for (const end = Date.now() + startLimitMs; ; await delay(100, undefined, { signal: over.signal })) {
      await ceph.mustRun();
      if (Date.now() > end) throw new Error(`The S3 server did not start in time.\n${await ceph.logs()}`);
    }
  };
  try {
    return await Promise.race([work(over.signal), watch()]);
  } finally {
    over.abort();
  }
}

/** Asked with a signature: no other server knows the key. */
async function untilAnswers(port: number, credentials: S3Credentials, signal: AbortSignal): Promise<void> {
  const client = createS3Client({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', ...credentials });
  while (!(await client.isUp())) await delay(20, undefined, { signal });
}
