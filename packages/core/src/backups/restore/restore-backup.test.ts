import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newBackupMetadata } from '../../archive/backup-metadata.js';
import { encodeTarHeader, tarEnd, tarPadding } from '../../archive/tar/encode-tar.js';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { writeBackup } from '../../archive/write-backup.js';
import { closeHoles } from '../close-holes.js';
import { restoreBackup, type RestorePlan } from './restore-backup.js';
import { createSelection } from './selection.js';

let folder: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restore-'));
  target = join(folder, 'target');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Made = Partial<TarEntry> & Pick<TarEntry, 'path'> & { readonly content?: string };

async function* tarOf(entries: readonly Made[]) {
  let written = 0;
  for (const { content = '', ...entry } of entries) {
    const size = Buffer.byteLength(content);
    const parts = [encodeTarHeader({ type: 'file', mode: 0o644, mtime: 1000, uid: 0, gid: 0, ...entry, size }), Buffer.from(content), tarPadding(size)];
    for (const part of parts) {
      written += part.length;
      if (part.length > 0) yield part;
    }
  }
  yield tarEnd(written);
}

function backupOf(sources: Readonly<Record<string, readonly Made[]>>, password?: string, onOffset?: (name: string, offset: number) => void) {
  const metadata = newBackupMetadata({ name: 'test', date: new Date(0), protected: password !== undefined });
  const archives = Object.entries(sources).map(([name, entries]) => ({ memberName: `${name}.tar.gz`, tar: tarOf(entries) }));
  return closeHoles(writeBackup({ metadata, archives, password, compressionLevel: 1, mtime: 0, onArchive: ({ memberName, offset }) => onOffset?.(memberName, offset) }), folder);
}

function restore(sources: Readonly<Record<string, readonly Made[]>>, plan: Partial<RestorePlan> = {}) {
  return restoreBackup({
    open: async () => backupOf(sources),
    passwords: [],
    keyFingerprint: undefined,
    target,
    selection: createSelection(),
    overwrite: false,
    owners: false,
    onFile: () => {},
    ...plan,
  });
}

const codes = (result: Awaited<ReturnType<typeof restore>>) => result.problems.map(({ path, code }) => [path, code]);

describe('restoring', () => {
  test('gives folders their mode and time after what is in them, also when the archive comes back to one', async () => {
    const result = await restore({
      docs: [
        { path: 'closed', type: 'directory', mode: 0o555, mtime: 2000 },
        { path: 'closed/a', content: 'a' },
        { path: 'other', content: 'o' },
        { path: 'closed/b', content: 'b', mtime: 77.5 },
      ],
    });
    expect(result).toMatchObject({ files: 3, folders: 1, problems: [] });
    const stats = statSync(join(target, 'docs/closed'));
    expect([stats.mode & 0o777, stats.mtimeMs]).toEqual([0o555, 2_000_000]);
    expect(statSync(join(target, 'docs/closed/b')).mtimeMs).toBe(77_500);
  });

  test('leaves files that are there, or replaces them when told to, and never through a link', async () => {
    mkdirSync(join(target, 'docs'), { recursive: true });
    writeFileSync(join(folder, 'outside'), 'outside');
    writeFileSync(join(target, 'docs/a'), 'mine');
    symlinkSync(join(folder, 'outside'), join(target, 'docs/b'));
    const sources = { docs: [{ path: 'a', content: 'new a' }, { path: 'b', content: 'new b' }] };
    expect(codes(await restore(sources))).toEqual([['a', 'exists'], ['b', 'exists']]);
    expect(readFileSync(join(target, 'docs/a'), 'utf8')).toBe('mine');
    expect(codes(await restore(sources, { overwrite: true }))).toEqual([]);
    expect(['a', 'b'].map((name) => readFileSync(join(target, 'docs', name), 'utf8'))).toEqual(['new a', 'new b']);
    expect(lstatSync(join(target, 'docs/b')).isFile()).toBe(true);
    expect(readFileSync(join(folder, 'outside'), 'utf8')).toBe('outside');
  });

  test('restores a chosen hard link whose content lies under a name that was not chosen', async () => {
    const sources = {
      docs: [
        { path: 'first', content: 'shared' },
        { path: 'second', type: 'hardlink' as const, linkPath: 'first' },
        { path: 'third', type: 'hardlink' as const, linkPath: 'first' },
      ],
    };
    const result = await restore(sources, { selection: createSelection([], ['second', 'third']) });
    expect(result.problems).toEqual([]);
    expect(readdirSync(join(target, 'docs'))).toEqual(['second', 'third']);
    expect(readFileSync(join(target, 'docs/third'), 'utf8')).toBe('shared');
    expect(statSync(join(target, 'docs/second')).ino).toBe(statSync(join(target, 'docs/third')).ino);
  });

  test('tells a wrong key before anything is written', async () => {
    const open = async () => backupOf({ docs: [{ path: 'a', content: 'a' }] }, 'right');
    await expect(restore({}, { open, passwords: ['wrong'] })).rejects.toMatchObject({ code: 'wrong-key' });
    expect(existsSync(target)).toBe(false);
    expect(await restore({}, { open, passwords: ['wrong', 'right'] })).toMatchObject({ files: 1 });
  });

  test('restores the other sources when one is damaged, and then says so', async () => {
    const offsets = new Map<string, number>();
    const bytes: Uint8Array[] = [];
    const sources = { one: [{ path: 'a', content: 'a' }], two: [{ path: 'b', content: 'b'.repeat(5000) }], three: [{ path: 'c', content: 'c' }] };
    for await (const part of backupOf(sources, undefined, (name, offset) => offsets.set(name, offset))) bytes.push(part);
    const file = Buffer.concat(bytes);
    file.fill(0xff, (offsets.get('two.tar.gz') ?? 0) + 30, (offsets.get('two.tar.gz') ?? 0) + 40);
    async function* damaged() {
      yield file;
    }
    await expect(restore({}, { open: async () => damaged() })).rejects.toMatchObject({ code: 'damaged' });
    expect(readFileSync(join(target, 'three/c'), 'utf8')).toBe('c');
    expect(existsSync(join(target, 'two/b'))).toBe(false);
  });
});

describe('a hostile archive', () => {
  test.each<[string, readonly Made[], readonly (readonly [string, string])[]]>([
    ['absolute paths', [{ path: '/etc/evil', content: 'x' }], [['/etc/evil', 'outside-target']]],
    ['.. in paths', [{ path: 'a/../../evil', content: 'x' }], [['a/../../evil', 'outside-target']]],
    ['a folder named ..', [{ path: '..', type: 'directory' }], [['..', 'outside-target']]],
    [
      'a link out and a file behind it',
      [{ path: 'out', type: 'symlink', linkPath: '..' }, { path: 'out/evil', content: 'x' }],
      [['out/evil', 'through-link']],
    ],
    [
      'a link in place of a folder that is open',
      [{ path: 'd', type: 'directory' }, { path: 'd/a', content: 'a' }, { path: 'd', type: 'symlink', linkPath: '..' }, { path: 'd/evil', content: 'x' }],
      [['d', 'duplicate']],
    ],
    ['a hard link to a file outside', [{ path: 'h', type: 'hardlink', linkPath: '../evil' }], [['h', 'outside-target']]],
    ['a hard link to an absolute path', [{ path: 'h', type: 'hardlink', linkPath: '/etc/passwd' }], [['h', 'outside-target']]],
    [
      'a hard link to a symbolic link',
      [{ path: 's', type: 'symlink', linkPath: '../evil' }, { path: 'h', type: 'hardlink', linkPath: 's' }],
      [['h', 'link']],
    ],
    ['a hard link to nothing', [{ path: 'h', type: 'hardlink', linkPath: 'nothing' }], [['h', 'link']]],
    ['the same name twice', [{ path: 'a', content: 'first' }, { path: './a', content: 'second' }], [['a', 'duplicate']]],
    ['device nodes', [{ path: 'null', type: 'character-device' }, { path: 'pipe', type: 'fifo' }], [['null', 'device'], ['pipe', 'device']]],
    ['a file for the root', [{ path: '.', content: 'x' }], [['', 'unsafe-name']]],
    ['a file in place of a parent', [{ path: 'f', content: 'x' }, { path: 'f/x', content: 'x' }], [['f/x', 'exists']]],
  ])('%s: is told and does no harm, the rest is restored', async (_, entries, problems) => {
    writeFileSync(join(folder, 'evil'), 'untouched');
    for (const overwrite of [false, true]) {
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target);
      const result = await restore({ docs: [...entries, { path: 'good', content: 'good' }] }, { overwrite });
      expect(codes(result)).toEqual(problems);
      expect(readFileSync(join(target, 'docs/good'), 'utf8')).toBe('good');
      expect(readFileSync(join(folder, 'evil'), 'utf8')).toBe('untouched');
      expect([...readdirSync(folder)].sort()).toEqual(['evil', 'target']);
      expect(readdirSync(target)).toEqual(['docs']);
    }
  });

  test('a symbolic link that was restored keeps its target as it is, and set-id bits need the owner', async () => {
    const result = await restore({
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
      closeHoles(writeBackup({ metadata, archives: [{ memberName: 'docs.tar.gz', tar: bomb() }], password: undefined, compressionLevel: 1, mtime: 0 }), folder);
    await expect(restore({}, { open })).rejects.toMatchObject({ code: 'damaged' });
    expect(readdirSync(join(target, 'docs'))).toEqual([]);
  });
});
