import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newBackupMetadata } from '../../archive/backup-metadata.js';
import { encodeTarHeader } from '../../archive/tar/encode-tar.js';
import { writeBackup } from '../../archive/write-backup.js';
import { closeHoles } from '../close-holes.js';
import { codes, type Made, restorer, ways } from './made-backup.fixture.js';

let folder: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restore-'));
  target = join(folder, 'target');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(ways)('a hostile archive, restored %s', (way) => {
  const restore = restorer(way);

  test.each<[string, readonly Made[], readonly (readonly [string, string])[]]>([
    ['absolute paths', [{ path: '/etc/evil', content: 'x' }], [['/etc/evil', 'outside-target']]],
    ['.. in paths', [{ path: 'a/../../evil', content: 'x' }], [['a/../../evil', 'outside-target']]],
    ['a folder named ..', [{ path: '..', type: 'directory' }], [['..', 'outside-target']]],
    [
      'a link out and a file behind it',
      [
        { path: 'out', type: 'symlink', linkPath: '..' },
        { path: 'out/evil', content: 'x' },
      ],
      [['out/evil', 'through-link']],
    ],
    [
      'a link in place of a folder that is open',
      [
        { path: 'd', type: 'directory' },
        { path: 'd/a', content: 'a' },
        { path: 'd', type: 'symlink', linkPath: '..' },
        { path: 'd/evil', content: 'x' },
      ],
      [['d', 'duplicate']],
    ],
    ['a hard link to a file outside', [{ path: 'h', type: 'hardlink', linkPath: '../evil' }], [['h', 'outside-target']]],
    ['a hard link to an absolute path', [{ path: 'h', type: 'hardlink', linkPath: '/etc/passwd' }], [['h', 'outside-target']]],
    [
      'a hard link to a symbolic link',
      [
        { path: 's', type: 'symlink', linkPath: '../evil' },
        { path: 'h', type: 'hardlink', linkPath: 's' },
      ],
      [['h', 'link']],
    ],
    ['a hard link to nothing', [{ path: 'h', type: 'hardlink', linkPath: 'nothing' }], [['h', 'link']]],
    [
      'the same name twice',
      [
        { path: 'a', content: 'first' },
        { path: './a', content: 'second' },
      ],
      [['a', 'duplicate']],
    ],
    [
      'device nodes',
      [
        { path: 'null', type: 'character-device' },
        { path: 'pipe', type: 'fifo' },
      ],
      [
        ['null', 'device'],
        ['pipe', 'device'],
      ],
    ],
    ['a file for the root', [{ path: '.', content: 'x' }], [['', 'unsafe-name']]],
    [
      'a file in place of a parent',
      [
        { path: 'f', content: 'x' },
        { path: 'f/x', content: 'x' },
      ],
      [['f/x', 'exists']],
    ],
  ])('%s: is told and does no harm, the rest is restored', async (_, entries, problems) => {
    writeFileSync(join(folder, 'evil'), 'untouched');
    for (const overwrite of [false, true]) {
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target);
      const result = await restore(target, { docs: [...entries, { path: 'good', content: 'good' }] }, { overwrite });
      expect(codes(result)).toEqual(problems);
      expect(readFileSync(join(target, 'docs/good'), 'utf8')).toBe('good');
      expect(readFileSync(join(folder, 'evil'), 'utf8')).toBe('untouched');
      expect([...readdirSync(folder)].sort()).toEqual(['evil', 'target']);
      expect(readdirSync(target)).toEqual(['docs']);
    }
  });

  test('a symbolic link that was restored keeps its target as it is, and set-id bits need the owner', async () => {
    const result = await restore(target, {
      docs: [
        { path: 'link', type: 'symlink', linkPath: '/etc/passwd' },
        { path: 'suid', mode: 0o4755, uid: 12345, gid: 12345, content: 'x' },
      ],
    });
    expect(readlinkSync(join(target, 'docs/link'))).toBe('/etc/passwd');
    expect(statSync(join(target, 'docs/suid')).mode & 0o7777).toBe(0o755);
    expect(codes(result)).toEqual([['suid', 'mode']]);
  });

  test('a file that claims more than the disk has is not begun', async () => {
    const size = 2 ** 52;
    async function* bomb() {
      yield encodeTarHeader({ path: 'bomb', type: 'file', size, mode: 0o644, mtime: 0, uid: 0, gid: 0 });
      yield Buffer.alloc(1_000_000);
    }
    const metadata = newBackupMetadata({ name: 'test', date: new Date(0), protected: false });
    const open = async () =>
      closeHoles(
        writeBackup({
          metadata,
          archives: [{ memberName: 'docs.tar.gz', tar: bomb() }],
          password: undefined,
          compressionLevel: 1,
          mtime: 0,
        }),
        folder,
      );
    await expect(restore(target, {}, { open })).rejects.toMatchObject({ code: 'corrupt' });
    expect(readdirSync(join(target, 'docs'))).toEqual([]);
  });
});
