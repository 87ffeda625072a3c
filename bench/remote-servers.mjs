// The services of object storage that can be had on this machine, and how each contender is told to use them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const packages = join(dirname(fileURLToPath(import.meta.url)), '../packages');
const bucket = 'holdfast-bench';
const partSize = '16M';

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {string} provider the folder of our provider for it
 * @property {string} type
 * @property {object} settings of a location there
 * @property {(file: string) => string[]} upload the peer's command line
 * @property {string[]} remove the peer's command line to remove it again
 * @property {() => Promise<void>} stop
 */

/** Starts the servers of these names in turn. */
export async function startServices(names, work) {
  const services = [];
  for (const name of names) services.push(await starts[name](work));
  return services;
}

/** What `--services` may name. */
export const serviceNames = ['b2', 's3'];

const starts = {
  async b2(work) {
    const { stop, told } = await startProgram('b2-server.js', ['--bucket', bucket, '--data-folder', work]);
    const { keyId, applicationKey, url } = told;
    // As many parts at once as transfers. The digest of the whole file, for which it would read it twice, isn't asked for.
    const options = [`--b2-account=${keyId}`, `--b2-key=${applicationKey}`, `--b2-endpoint=${url}`, '--b2-disable-checksum'];
    const parts = [`--b2-chunk-size=${partSize}`, `--b2-upload-cutoff=${partSize}`, '--transfers=3'];
    return {
      name: 'B2',
      provider: join(packages, 'provider-b2'),
      type: 'b2',
      settings: { keyId, applicationKey, bucket, endpoint: url },
      upload: (file) => rclone('copyto', ...options, ...parts, file, `:b2:${bucket}/rclone`),
      remove: rclone('deletefile', ...options, '--b2-hard-delete', `:b2:${bucket}/rclone`),
      stop,
    };
  },
  async s3() {
    const { stop, told } = await startProgram('s3-server.js', ['--store', 'file']);
    const { endpoint, region, accessKeyId, secretAccessKey } = told;
    const options = [
      '--s3-provider=Ceph',
      `--s3-access-key-id=${accessKeyId}`,
      `--s3-secret-access-key=${secretAccessKey}`,
      `--s3-endpoint=${endpoint}`,
      '--s3-no-check-bucket',
      '--s3-disable-checksum',
    ];
    const parts = [`--s3-chunk-size=${partSize}`, `--s3-upload-cutoff=${partSize}`, '--s3-upload-concurrency=3'];
    return {
      name: 'S3',
      provider: join(packages, 'provider-cloud'),
      type: 'cloud',
      settings: { service: 'ceph', endpoint, region, accessKeyId, secretAccessKey, bucket: told.bucket },
      upload: (file) => rclone('copyto', ...options, ...parts, file, `:s3:${told.bucket}/rclone`),
      remove: rclone('deletefile', ...options, `:s3:${told.bucket}/rclone`),
      stop,
    };
  },
};

function rclone(command, ...args) {
  return ['rclone', '--config=/dev/null', command, ...args];
}

/** Starts one of the test servers' programs, which says in one line how to reach it and ends with its standard input. */
async function startProgram(name, args) {
  const child = spawn(process.execPath, [join(packages, 'test-servers/dist', name), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(([status]) => {
      throw new Error(`${name} ended with status ${status} before it was ready.`);
    }),
  ]);
  return {
    told: JSON.parse(line),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
