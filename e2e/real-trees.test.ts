import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
