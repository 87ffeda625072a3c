import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));

export interface TestRegistry {
  readonly url: string;
  /** Where it keeps what was published: `<name>/<file>`. */
  readonly storage: string;
  /** A file that has what npm needs to publish there. */
  readonly userConfig: string;
  /** A cache of its own, so that nothing of the user's npm plays a part. */
  readonly cache: string;
  /** Publishes the package in a folder, by `npm publish`. */
  publish(folder: string, tag?: string): Promise<void>;
  /** Packs the package in a folder, by `npm pack`. Returns the tarball's path. */
  pack(folder: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a real registry (verdaccio) on this machine, without any other behind it. */
export async function startRegistry(): Promise<TestRegistry> {
  await installVerdaccio();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-registry-')));
  const storage = join(folder, 'storage');
  const cache = join(folder, 'cache');
  const userConfig = join(folder, 'npmrc');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  writeFileSync(userConfig, `registry=${url}\n//127.0.0.1:${port}/:_authToken=anybody\nupdate-notifier=false\naudit=false\nfund=false\n`);
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      storage,
      packages: { '**': { access: '$all', publish: '$all', unpublish: '$all' } },
      auth: { htpasswd: { file: join(folder, 'users'), max_users: -1 } },
      web: { enable: false },
      log: { type: 'stdout', format: 'json', level: 'error' },
    }),
  );
  const program = join(here, 'node_modules', 'verdaccio', 'bin', 'verdaccio');
  const child = spawn(process.execPath, [program, '--config', join(folder, 'config.json'), '--listen', `127.0.0.1:${port}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const ended = once(child, 'exit');
  // However the tests end.
  const kill = () => child.kill();
  process.once('exit', kill);
  await untilItAnswers(url, child);

  const npm = async (cwd: string, ...args: string[]) => {
    const environment = { ...plainEnvironment(), npm_config_userconfig: userConfig, npm_config_cache: cache };
    const { stdout } = await promisify(execFile)('npm', args, { cwd, env: environment, shell: process.platform === 'win32' });
    return stdout;
  };
  return {
    url,
    storage,
    userConfig,
    cache,
    publish: async (packageFolder, tag = 'latest') => void (await npm(packageFolder, 'publish', '--ignore-scripts', '--tag', tag)),
    async pack(packageFolder) {
      const name = (await npm(packageFolder, 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder)).trim();
      return join(folder, name);
    },
    async stop() {
      process.off('exit', kill);
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** On first use: it is no dependency of the workspace, as only these tests need it. Of several test processes one does it. */
async function installVerdaccio(): Promise<void> {
  const done = join(here, 'node_modules', '.package-lock.json');
  const turn = join(here, 'node_modules.lock');
  while (!existsSync(done)) {
    try {
      mkdirSync(turn);
    } catch {
      if (Date.now() - (statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 300_000) rmdirSync(turn);
      await sleep(500);
      continue;
    }
    try {
      const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts'], {
        cwd: here,
        encoding: 'utf8',
        env: plainEnvironment(),
        shell: process.platform === 'win32',
      });
      // npm may also fail with 0.
      if (status !== 0 || !existsSync(done)) throw new Error(`npm ci in ${dirname(done)} failed:\n${stderr}`);
    } finally {
      rmdirSync(turn);
    }
  }
}

async function untilItAnswers(url: string, child: { readonly exitCode: number | null }): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`The registry ended with ${child.exitCode}.`);
    const answer = await fetch(`${url}-/ping`).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(100);
  }
  throw new Error('The registry did not start within 30 seconds.');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return address.port;
}

/** Without what an outer `npm test` tells its children. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}
