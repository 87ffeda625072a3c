import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backupOf, codes, restorer, ways } from './made-backup.fixture.js';
import { createSelection } from './selection.js';

let folder: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restore-'));
  target = join(folder, 'target');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(ways)('restoring %s', (way) => {
  const restore = restorer(way);

  test('gives folders their mode and time after what is in them, also when the archive comes back to one', async () => {
    const result = await restore(target, {
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
    const sources = {
      docs: [
        { path: 'a', content: 'new a' },
        { path: 'b', content: 'new b' },
      ],
    };
    expect(codes(await restore(target, sources))).toEqual([
      ['a', 'exists'],
      ['b', 'exists'],
    ]);
    expect(readFileSync(join(target, 'docs/a'), 'utf8')).toBe('mine');
    expect(codes(await restore(target, sources, { overwrite: true }))).toEqual([]);
    expect(['a', 'b'].map((name) => readFileSync(join(target, 'docs', name), 'utf8'))).toEqual(['new a', 'new b']);
    expect(lstatSync(join(target, 'docs/b')).isFile()).toBe(true);
    expect(readFileSync(join(folder, 'outside'), 'utf8')).toBe('outside');
  });

  test.skipIf(process.platform === 'win32')('completes what a restore that was killed left unfinished', async () => {
    mkdirSync(join(target, 'docs/folder'), { recursive: true });
    writeFileSync(join(target, 'docs/folder/a'), 'begun');
    chmodSync(join(target, 'docs/folder/a'), 0o1000);
    writeFileSync(join(target, 'docs/folder/b'), 'mine', { mode: 0o000 });
    const result = await restore(target, {
      docs: [
        { path: 'folder/a', content: 'begun and ended' },
        { path: 'folder/b', content: 'b' },
      ],
    });
    expect(codes(result)).toEqual([['folder/b', 'exists']]);
    expect(readFileSync(join(target, 'docs/folder/a'), 'utf8')).toBe('begun and ended');
    expect(statSync(join(target, 'docs/folder/a')).mode & 0o7777).toBe(0o644);
  });

  test.skipIf(process.platform === 'win32')('gives the folders that it left open what they are to have, and no others', async () => {
    for (const [name, mode] of [
      ['', 0o1700],
      ['open', 0o1700],
      ['mine', 0o700],
      ['through', 0o1700],
    ] as const) {
      mkdirSync(join(target, 'docs', name), { recursive: true });
      chmodSync(join(target, 'docs', name), mode);
    }
    const folders = ['.', 'open', 'mine', 'new'].map((path) => ({ path, type: 'directory' as const, mode: 0o751, mtime: 2000 }));
    const implying = ['implied/a', 'through/a'].map((path) => ({ path, content: 'a' }));
    expect(codes(await restore(target, { docs: [...folders, ...implying] }))).toEqual([]);
    const modes = ['', 'open', 'mine', 'new', 'implied', 'through'].map((name) => [
      name,
      statSync(join(target, 'docs', name)).mode & 0o7777,
    ]);
    expect(modes).toEqual([
      ['', 0o751],
      ['open', 0o751],
      ['mine', 0o700],
      ['new', 0o751],
      ['implied', 0o700],
      ['through', 0o1700],
    ]);
  });

  test.skipIf(process.getuid?.() !== 0)('gives owners and groups to all, also where a folder passes on its own', async () => {
    mkdirSync(target);
    chownSync(target, 0, 3000);
    chmodSync(target, 0o2775);
    const owned = [
      { path: '.', type: 'directory' as const, mode: 0o2775, gid: 3000 },
      { path: 'a', content: 'a' },
      { path: 'b', content: 'b', gid: 3000 },
      { path: 'c', content: 'c', uid: 2000, gid: 3000 },
      { path: 'd', type: 'directory' as const, mode: 0o755 },
      { path: 'd/a', content: 'a' },
      { path: 'd/b', content: 'b', gid: 3000 },
      { path: 'a2', content: 'a' },
    ];
    expect(codes(await restore(target, { docs: owned }, { owners: true }))).toEqual([]);
    for (const { path, mode = 0o644, uid = 0, gid = 0 } of owned.map((entry) => ({
      mode: undefined,
      uid: undefined,
      gid: undefined,
      ...entry,
    }))) {
      const stats = statSync(join(target, 'docs', path));
      expect([path, stats.uid, stats.gid, stats.mode & 0o7777]).toEqual([path, uid, gid, mode]);
    }
  });

  test('restores a chosen hard link whose content lies under a name that was not chosen', async () => {
    const sources = {
      docs: [
        { path: 'first', content: 'shared' },
        { path: 'second', type: 'hardlink' as const, linkPath: 'first' },
        { path: 'third', type: 'hardlink' as const, linkPath: 'first' },
      ],
    };
    const result = await restore(target, sources, { selection: createSelection([], ['second', 'third']) });
    expect(result.problems).toEqual([]);
    expect(readdirSync(join(target, 'docs'))).toEqual(['second', 'third']);
    expect(readFileSync(join(target, 'docs/third'), 'utf8')).toBe('shared');
    expect(statSync(join(target, 'docs/second')).ino).toBe(statSync(join(target, 'docs/third')).ino);
  });

  test.skipIf(process.platform === 'win32')('leaves holes where a file has only zeros', async () => {
    const content = `${'\0'.repeat(4_000_000)}island${'\0'.repeat(4_000_001)}`;
    expect((await restore(target, { docs: [{ path: 'sparse', content }] })).bytes).toBe(8_000_007);
    expect(readFileSync(join(target, 'docs/sparse')).equals(Buffer.from(content))).toBe(true);
    expect(statSync(join(target, 'docs/sparse')).blocks * 512).toBeLessThan(2_000_000);
  });

  test('tells a wrong key before anything is written', async () => {
    const open = async () => backupOf({ docs: [{ path: 'a', content: 'a' }] }, 'right');
    await expect(restore(target, {}, { open, passwords: ['wrong'] })).rejects.toMatchObject({ code: 'wrong-key' });
    expect(existsSync(target)).toBe(false);
    expect(await restore(target, {}, { open, passwords: ['wrong', 'right'] })).toMatchObject({ files: 1 });
  });

  test('restores the other sources when one is damaged, and then says so', async () => {
    const offsets = new Map<string, number>();
    const bytes: Uint8Array[] = [];
    const sources = {
      one: [{ path: 'a', content: 'a' }],
      two: [{ path: 'b', content: 'b'.repeat(5000) }],
      three: [{ path: 'c', content: 'c' }],
    };
    for await (const part of backupOf(sources, undefined, (name, offset) => offsets.set(name, offset))) bytes.push(part);
    const file = Buffer.concat(bytes);
    file.fill(0xff, (offsets.get('two.tar.gz') ?? 0) + 30, (offsets.get('two.tar.gz') ?? 0) + 40);
    async function* damaged() {
      yield file;
    }
    await expect(restore(target, {}, { open: async () => damaged() })).rejects.toMatchObject({ code: 'corrupt' });
    expect(readFileSync(join(target, 'three/c'), 'utf8')).toBe('c');
    expect(existsSync(join(target, 'two/b'))).toBe(false);
  });
});
