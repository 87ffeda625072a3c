// The README's promise on a bare clone of HEAD: `npm start` sets itself up and makes a verified backup, a second run makes a
// second one, and what `holdfast backup restore` brings back is what was there.
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand } from './install.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'holdfast-fresh-'));
const clone = join(temporary, 'holdfast');
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_')));

function run(what, cwd, [command, ...args]) {
  const shell = command === 'npm' && process.platform === 'win32';
  const result = spawnSync(command, args, { cwd, env, shell, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 });
  if (result.status !== 0) throw new Error(`${what} ended with ${result.status ?? result.signal}\n${result.stdout}\n${result.stderr}`);
  return result.stdout;
}

const npm = (what, ...args) => run(what, clone, [...npmCommand(), ...args]);
const holdfast = (...args) => npm(`holdfast ${args[0]} ${args[1]}`, 'exec', '--', 'holdfast', ...args, '--data-dir', 'holdfast-data');
const listBackups = () => JSON.parse(holdfast('backup', 'list', '--json')).backups;

/** All paths below `folder`, with what a restore must bring back of each. */
function* tree(folder, prefix = '') {
  for (const name of readdirSync(join(folder, prefix)).sort()) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    const stat = lstatSync(join(folder, path));
    yield { path, stat };
    if (stat.isDirectory()) yield* tree(folder, path);
  }
}

function difference(path, restored, stat) {
  const original = lstatSync(join(clone, path), { throwIfNoEntry: false });
  if (original === undefined) return 'is not in the source';
  if (original.mode !== stat.mode) return `has mode ${stat.mode.toString(8)}, not ${original.mode.toString(8)}`;
  if (stat.isSymbolicLink()) return readlinkSync(join(clone, path)) === readlinkSync(join(restored, path)) ? undefined : 'leads elsewhere';
  if (!stat.isFile()) return undefined;
  if (Math.abs(original.mtimeMs - stat.mtimeMs) > 1) return 'has another time';
  return readFileSync(join(clone, path)).equals(readFileSync(join(restored, path))) ? undefined : 'has other content';
}

function compare(restored) {
  const seen = new Set();
  for (const { path, stat } of tree(restored)) {
    seen.add(path);
    const problem = difference(path, restored, stat);
    if (problem !== undefined) throw new Error(`restored: ${path} ${problem}`);
  }
  for (const path of run('git ls-files', clone, ['git', 'ls-files', '-z']).split('\0').filter(Boolean)) {
    if (!seen.has(path)) throw new Error(`restored: ${path} is missing`);
  }
  return seen.size;
}

try {
  run('git clone', temporary, ['git', 'clone', '--quiet', repository, clone]);
  console.log(npm('npm start', 'start'));
  const [first, ...others] = listBackups();
  if (first === undefined || others.length > 0) throw new Error('npm start did not make exactly one backup');

  holdfast('backup', 'restore', first.id, '--to', join(temporary, 'restored'));
  const [source, ...more] = readdirSync(join(temporary, 'restored'));
  if (source === undefined || more.length > 0) throw new Error('the backup does not hold exactly one source');
  console.log(`${compare(join(temporary, 'restored', source))} restored files and folders are what they were.`);

  npm('npm start, again', 'start');
  if (listBackups().length !== 2) throw new Error('a second npm start did not make a second backup');
  const touched = run('git status', clone, ['git', 'status', '--porcelain']);
  if (touched !== '') throw new Error(`npm start changed files outside its data directory:\n${touched}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
