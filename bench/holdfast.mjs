// Holdfast as it is built here, with a data directory and a location of its own.
import { linkSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileCase, restoreCase } from './cases.mjs';
import { must } from './measure.mjs';

const program = join(dirname(fileURLToPath(import.meta.url)), '../packages/cli/bin/holdfast.js');

/** What a build may not have yet: each is tried on a tiny folder, and left out with the reason if it is refused. */
const trials = {
  v3: { what: 'version 3 (`--encryption v3`)', create: ['--encryption', 'v3'] },
  plain: { what: 'packing uncompressed (`--level 0 --no-encryption`)', create: ['--level', '0', '--no-encryption'] },
  cat: { what: 'one file (`backup cat`)', create: [] },
};

/** Sets Holdfast up in `work`, and finds out what this build can do. */
export function setUp(work) {
  const home = join(work, 'holdfast');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const location = join(home, 'location');
  const keyFile = join(home, 'key');
  const holdfast = (...args) => [process.execPath, program, '--data-dir', join(home, 'data'), '--json', '--yes', ...args];
  must(holdfast('init'));
  must(holdfast('location', 'add', 'local', '--path', location));
  writeFileSync(keyFile, `${JSON.parse(must(holdfast('key', 'show'))).key}\n`, { mode: 0o600 });
  const version = must([process.execPath, program, '--version']).trim();
  return { home, location, keyFile, holdfast, version, ...tryOut(home, holdfast) };
}

/** @returns {import('./cases.mjs').Case[]} */
export function cases({ tree, work, setup }) {
  const { can, holdfast } = setup;
  const made = {};
  const create = (what, label, options, task = 'create') => createCase({ tree, setup, made, what, label, options, task });
  const file = (what, made, label, needs) =>
    fileCase({
      tree,
      work,
      contender: 'holdfast',
      what,
      label,
      needs,
      command: () => ({ argv: holdfast('backup', 'cat', made().id, tree.sample.path) }),
    });
  const whole = create('create', '**`holdfast backup create`**', []);
  const v3 = create('create-v3', '**the same, `--encryption v3`**', ['--encryption', 'v3']);
  const plain = create('pack', '**`holdfast backup create --level 0 --no-encryption`**', trials.plain.create, 'pack');
  const needs = [whole.id];
  const alone = fileAlone(tree, setup, () => made.create.key);
  return [
    whole,
    create('create-6', '**the same, `--level 6`**', ['--level', '6']),
    ...(can.v3 ? [v3] : []),
    ...(can.plain && tree.id === 'many' ? [plain] : []),
    {
      id: `${tree.id}/holdfast/verify`,
      tree: tree.id,
      task: 'verify',
      label: '**`holdfast backup verify`**',
      needs,
      command: () => ({ argv: holdfast('backup', 'verify', made.create.id) }),
    },
    {
      id: `${tree.id}/holdfast/verify-alone`,
      tree: tree.id,
      task: 'verify',
      label: '**the same, the file alone (no index)**',
      needs,
      prepare: alone.prepare,
      command: () => alone.command('verify'),
    },
    restoreCase({
      tree,
      work,
      contender: 'holdfast',
      label: '**`holdfast backup restore`**',
      needs,
      command: (target) => ({ argv: holdfast('backup', 'restore', made.create.id, '--to', target) }),
      restoredTree: (target) => join(target, tree.name),
    }),
    restoreCase({
      tree,
      work,
      contender: 'holdfast',
      what: 'restore-alone',
      label: '**the same, the file alone (no index)**',
      needs,
      prepare: alone.prepare,
      command: (target) => alone.command('restore', '--to', target),
      restoredTree: (target) => join(target, tree.name),
    }),
    ...(can.cat ? [file('file', () => made.create, '**`holdfast backup cat`**', needs)] : []),
    ...(can.cat && can.v3 ? [file('file-v3', () => made['create-v3'], '**the same, version 3**', [v3.id])] : []),
  ];
}

/** One full backup; the one of the round before is deleted first, unmeasured. */
function createCase({ tree, setup, made, what, label, options, task }) {
  const { holdfast, location } = setup;
  return {
    id: `${tree.id}/holdfast/${what}`,
    tree: tree.id,
    task,
    label,
    prepare() {
      if (made[what] !== undefined) must(holdfast('backup', 'delete', made[what].id));
    },
    command: () => ({
      argv: holdfast('backup', 'create', ...options, tree.path),
      accepts: [0, 3], // 3: done, with warnings. Node 22 has SQLite, which can't copy what the corpus has for databases
    }),
    finish(output) {
      const { backup } = JSON.parse(output);
      made[what] = { id: backup.id, key: backup.locations[0].key };
      const sizeOf = (name) => statSync(join(location, name)).size;
      const objects = readdirSync(location).filter((name) => name.startsWith(made[what].key));
      const bytes = objects.reduce((sum, name) => sum + sizeOf(name), 0);
      return { bytes, beside: bytes - sizeOf(made[what].key) };
    },
  };
}

/** The backup file with nothing beside it, read by a host that never saw it: what there is of Home Assistant's own backups. */
function fileAlone(tree, { home, location, keyFile }, keyOf) {
  const folder = join(home, `${tree.id}-alone`);
  const file = join(folder, 'backup.tar');
  const dataDir = join(folder, 'data');
  return {
    prepare() {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      linkSync(join(location, keyOf()), file);
    },
    command: (verb, ...options) => ({
      argv: [process.execPath, program, '--data-dir', dataDir, '--json', '--yes', 'backup', verb, file, '--key-file', keyFile, ...options],
      accepts: [0, 3], // 3: done, with the warning that nothing seals this file
    }),
  };
}

function tryOut(home, holdfast) {
  const folder = join(home, 'tiny');
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), 'tiny\n');
  const can = {};
  const leftOut = [];
  for (const [name, { what, create }] of Object.entries(trials)) {
    try {
      const { id } = JSON.parse(must(holdfast('backup', 'create', ...create, folder))).backup;
      if (name === 'cat') must(holdfast('backup', 'cat', id, 'file'));
      must(holdfast('backup', 'delete', id));
      can[name] = true;
    } catch (error) {
      can[name] = false;
      leftOut.push({ what: `Holdfast: ${what}`, why: reasonIn(error.message) });
    }
  }
  rmSync(folder, { recursive: true });
  return { can, leftOut };
}

/** The message of the JSON error that a refused command answers with. */
function reasonIn(text) {
  return /"message": "((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text.trim().split('\n').at(-1);
}
