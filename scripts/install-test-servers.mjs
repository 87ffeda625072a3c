// node install-test-servers.mjs [--check] [PROGRAM...]: installs the Debian packages of the servers and clients that tests of remote locations
// run against, as far as they are missing. With --check it only tells which are, and fails if there are any.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program by which a package is known to be there, and the package. */
const packageOf = {
  rclone: 'rclone',
  'backblaze-b2': 'backblaze-b2',
  radosgw: 'radosgw',
  'ceph-mon': 'ceph-mon',
  'ceph-osd': 'ceph-osd',
  ceph: 'ceph-common',
  // No program, but known by its folder.
  '/usr/lib/python3/dist-packages/b2sdk': 'python3-b2sdk',
};

function isInstalled(program) {
  if (program.startsWith('/')) return existsSync(program);
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @returns {string[]} those of the programs that are in no folder of PATH */
export function missingPrograms(names = Object.keys(packageOf)) {
  return names.filter((name) => !isInstalled(name));
}

/** Installs what is missing of the programs; needs root, or sudo that asks for no password. Throws where it can't. */
export function installPrograms(names = Object.keys(packageOf)) {
  const missing = missingPrograms(names);
  if (missing.length === 0) return;
  const packages = missing.map((name) => packageOf[name] ?? name);
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const environment = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive'];
  for (const args of [
    ['apt-get', '-o', 'DPkg::Lock::Timeout=600', 'update'],
    ['apt-get', '-o', 'DPkg::Lock::Timeout=600', 'install', '-y', '--no-install-recommends', ...packages],
  ]) {
    const [command, ...rest] = [...environment, ...args];
    const { status, error } = spawnSync(command, rest, { stdio: ['ignore', 'inherit', 'inherit'] });
    // An index that is partly out of reach may still have what is wanted.
    if (status !== 0 && args.includes('install')) throw new Error(`Could not install ${packages.join(' ')}`, { cause: error });
  }
  const left = missingPrograms(names);
  if (left.length > 0) throw new Error(`Still missing: ${left.join(' ')}`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const given = args.filter((arg) => arg !== '--check');
  const names = given.length > 0 ? given : undefined;
  try {
    if (!args.includes('--check')) installPrograms(names);
    const missing = missingPrograms(names);
    if (missing.length > 0) {
      console.error(`Missing: ${missing.join(' ')}. Install them by: node scripts/install-test-servers.mjs`);
      process.exitCode = 1;
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
