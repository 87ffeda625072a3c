import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type B2Server, startB2Server } from '@holdfast/test-servers';

const installer = fileURLToPath(new URL('../scripts/install-test-servers.mjs', import.meta.url));
const sdkScript = fileURLToPath(new URL('b2-sdk.fixture.py', import.meta.url));
export const bucket = 'clients-bucket';

/** Where Debian puts the official library for Python. */
export const sdk = '/usr/lib/python3/dist-packages/b2sdk';

/** Whether this client is installed. In CI it always is, by being installed, or this throws. */
export function isClientAvailable(client: string): boolean {
  const run = (...args: readonly string[]) => spawnSync(process.execPath, [installer, ...args, client], { encoding: 'utf8' });
  if (run('--check').status === 0) return true;
  if (!process.env['CI']) return false;
  const { status, stderr } = run();
  if (status !== 0) throw new Error(`${client} could not be installed: ${stderr}`);
  return true;
}

interface Output {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** An emulator with a bucket, a folder with files to send there, and the clients set up for it. */
export interface ClientBench extends AsyncDisposable {
  readonly server: B2Server;
  readonly folder: string;
  /** `folder/source`: a large file, two small ones and one whose name has a blank, a plus and an umlaut. */
  readonly source: string;
  /** Runs rclone with the remote `b2:`, with parts as small as they may be. */
  rclone(...args: readonly string[]): Promise<Output>;
  /** Runs the official command line, which knows no other servers than Backblaze's own, through the emulator as its proxy. */
  commandLine(...args: readonly string[]): Promise<Output>;
  /** Runs the script that tries the official library. */
  library(): Promise<Output>;
}

export async function createClientBench(): Promise<ClientBench> {
  const folder = await mkdtemp(join(tmpdir(), 'b2-clients-'));
  const source = join(folder, 'source');
  await mkdir(join(source, 'below'), { recursive: true });
  await writeFile(join(source, 'large'), randomBytes(12_000_000));
  await writeFile(join(source, 'small'), 'small content\n');
  await writeFile(join(source, 'exactly'), randomBytes(5_000_000));
  await writeFile(join(source, 'below', 'with blank, + and ü.txt'), 'umlaut\n');
  const server = await startB2Server({ dataFolder: folder });
  server.createBucket(bucket);
  const { keyId, applicationKey } = server.masterKey;
  const environment = { ...process.env, HOME: folder, B2_ACCOUNT_INFO: join(folder, 'account-info') };

  return {
    server,
    folder,
    source,
    rclone: (...args) =>
      run('rclone', ['--b2-chunk-size', '5M', '--b2-upload-cutoff', '5M', ...args], {
        ...environment,
        RCLONE_CONFIG: join(folder, 'none.conf'),
        RCLONE_CONFIG_B2_TYPE: 'b2',
        RCLONE_CONFIG_B2_ACCOUNT: keyId,
        RCLONE_CONFIG_B2_KEY: applicationKey,
        RCLONE_CONFIG_B2_ENDPOINT: server.url,
      }),
    commandLine: (...args) => run('backblaze-b2', args, { ...environment, http_proxy: server.url, no_proxy: '', NO_PROXY: '' }),
    library: () => run('/usr/bin/python3', [sdkScript, server.url, keyId, applicationKey, folder], environment),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Output> {
  return new Promise((resolve) => {
    execFile(command, args, { env, maxBuffer: 2 ** 24, timeout: 120_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
    });
  });
}
