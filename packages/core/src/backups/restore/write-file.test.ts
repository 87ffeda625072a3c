import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { OwnTree } from './own-tree.js';
import { writeFileContent } from './write-file.js';

const content = Buffer.from('what is in it');
const entry: TarEntry = { path: 'a', type: 'file', size: content.length, mode: 0o640, mtime: 1000, uid: 0, gid: 0 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A tree on a file system that gives every file the same mode. */
function treeWithoutModes(): OwnTree {
  const path = join(folder, 'first');
  writeFileSync(path, '', { mode: 0o644 });
  const file = openSync(path, 'r');
  const tree = new OwnTree();
  tree.keepsModes(file);
  closeSync(file);
  rmSync(path);
  return tree;
}

/** Writes `a`; says what lay in the folder just before it was complete. */
function write(tree: OwnTree | undefined, fail = false) {
  let before: (readonly [string, number])[] = [];
  const failure = writeFileContent({ absolute: join(folder, 'a'), replace: false, tree }, entry, content, (file) => {
    before = readdirSync(folder).map((name) => [name.replace(/^\..*-/, '….'), statSync(join(folder, name)).mode & 0o7777]);
    if (fail) throw Object.assign(new Error('refused'), { errno: -1, code: 'EIO' });
    file.chmod(entry.mode);
  });
  return { before, failure };
}

describe.skipIf(process.platform === 'win32')('a file, until it is complete,', () => {
  test('has its name and a mode that tells, in a tree of the restore itself', () => {
    expect(write(new OwnTree())).toEqual({ before: [['a', 0o1000]], failure: undefined });
  });

  test.each<[string, () => OwnTree | undefined]>([
    ['where others may look', () => undefined],
    ['where modes are not kept', treeWithoutModes],
  ])('has another name %s', (_, tree) => {
    expect(write(tree())).toEqual({ before: [['….part', 0o600]], failure: undefined });
  });

  test.each<[string, () => OwnTree | undefined]>([
    ['that has its name', () => new OwnTree()],
    ['that has another name', () => undefined],
  ])('is taken away where writing fails, one %s', (_, tree) => {
    expect(write(tree(), true).failure).toMatchObject({ code: 'write-failed' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is not begun in a folder that others have made, if there is something of its name', () => {
    writeFileSync(join(folder, 'a'), 'mine');
    utimesSync(folder, 1000, 1000);
    expect(write(undefined).failure).toEqual({ code: 'there' });
    expect(statSync(folder).mtimeMs).toBe(1_000_000);
  });

  test('never takes the place of what is there', () => {
    for (const tree of [new OwnTree(), treeWithoutModes(), undefined]) {
      writeFileSync(join(folder, 'a'), 'mine');
      chmodSync(join(folder, 'a'), 0o600);
      expect(write(tree).failure).toEqual({ code: 'there' });
      expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('mine');
      expect(readdirSync(folder)).toEqual(['a']);
      rmSync(join(folder, 'a'));
    }
  });
});
