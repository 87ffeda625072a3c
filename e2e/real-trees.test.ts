import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { snapshotTree, treeDifferences } from '../packages/core/src/backups/tree.fixture.js';
import { listBackups, makeWorkplace, repository, type Workplace } from './holdfast.fixture.js';

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

/** Large real trees, where there are any that whoever runs the tests may read. */
const systemTrees = ['/usr/share/doc', '/usr/lib/python3', ...(process.getuid?.() === 0 ? ['/etc'] : [])].filter((path) =>
  existsSync(path),
);

describe('real trees', () => {
  test.each<readonly [string, string]>([
    ['this repository with node_modules', join(repository, 'node_modules')],
    ['its packages', join(repository, 'packages')],
    ...systemTrees.map((path) => [path, path] as const),
  ])('%s: restored identically', (_, tree) => {
    const before = snapshotTree(tree);
    const created = place.json('backup', 'create', '--source', `tree=${tree}`) as { backup: { id: string } };
    place.json('backup', 'verify', created.backup.id);
    place.json('backup', 'restore', created.backup.id, '--to', join(place.folder, 'restored'));
    expect(treeDifferences(before, snapshotTree(join(place.folder, 'restored/tree')))).toEqual([]);
  });
});

describe('many small files', () => {
  const core = join(repository, 'packages/core/dist');

  test('the threads for them can be started as they are built', async () => {
    const modules = ['prefetch-worker.js', 'restore-worker.js', 'write-behind-worker.js'];
    const failures = modules.map(async (module) => {
      const worker = new Worker(join(core, module), { workerData: threadStart(module) });
      const failed = once(worker, 'error').then(([error]: unknown[]) => String(error));
      const running = delay(1000).then(() => undefined);
      const failure = await Promise.race([failed, running]);
      await worker.terminate();
      return failure;
    });
    expect(await Promise.all(failures)).toEqual(modules.map(() => undefined));
  });

  test('restored identically, and nothing is written elsewhere', () => {
    const tree = join(place.folder, 'tree');
    for (let number = 0; number < 120; number += 1) {
      const folder = join(tree, `folder-${number}`);
      mkdirSync(folder, { recursive: true });
      for (let file = 0; file < 40; file += 1) {
        const path = join(folder, `file-${file}`);
        writeFileSync(path, `${number} ${file}\n`.repeat(file * 4), { mode: 0o600 + (file % 8) * 8 });
        utimesSync(path, number, file + 0.5);
      }
      linkSync(join(folder, 'file-39'), join(folder, 'same'));
      symlinkSync('file-1', join(folder, 'symbolic'));
      utimesSync(folder, 1000, number);
    }
    // So that the source is one that has a thread, which it is from 4 MiB on.
    writeFileSync(join(tree, 'noise'), randomBytes(5_000_000));
    const before = snapshotTree(tree);
    const here = readdirSync(process.cwd());
    const created = place.json('backup', 'create', '--source', `tree=${tree}`) as { backup: { id: string } };
    place.json('backup', 'restore', created.backup.id, '--to', join(place.folder, 'restored'));
    expect(treeDifferences(before, snapshotTree(join(place.folder, 'restored/tree')))).toEqual([]);
    expect(readdirSync(process.cwd())).toEqual(here);
  });
});

/** What a thread is started with. */
function threadStart(module: string): unknown {
  const memory = new SharedArrayBuffer(8 * 1024 * 1024);
  return module === 'restore-worker.js' ? { memory } : memory;
}

describe("Home Assistant's own backups, copied into a location by hand", () => {
  test('are found by a scan, verified and restored with their key', () => {
    const fixtures = join(repository, 'fixtures/home-assistant');
    const names = ['full-v2', 'real-ha-v2', 'full-plain'];
    for (const name of names)
      writeFileSync(join(place.location, `Automatic backup ${name}.tar`), readFileSync(join(fixtures, `${name}.tar`)));
    expect(listBackups(place)).toEqual([]);
    const found = listBackups(place, '--scan');
    expect(found).toHaveLength(names.length);
    expect(found.every(({ origin }) => origin === 'other')).toBe(true);

    const keyFile = join(place.folder, 'key');
    writeFileSync(keyFile, readFileSync(join(fixtures, 'full-v2.key')), { mode: 0o600 });
    // Encrypted and decrypted copies of one backup have the same id: the file's name tells which is meant.
    const [twin] = found.filter(({ id }, index) => found.findIndex((other) => other.id === id) !== index);
    expect(place.run('--json', 'backup', 'verify', twin?.id ?? '').stdout).toContain('ambiguous-backup');
    const encrypted = 'Automatic backup full-v2.tar';
    const wrong = place.run('--json', 'backup', 'verify', encrypted);
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toContain('wrong-key');
    place.json('backup', 'restore', encrypted, '--key-file', keyFile, '--to', join(place.folder, 'restored'));
    expect(readdirSync(join(place.folder, 'restored')).sort()).toEqual(['addons_local', 'core_mosquitto', 'homeassistant', 'share']);
  });
});
