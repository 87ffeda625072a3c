import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundledModule } from '../../../base/bundled-module.fixture.js';
import { SharedTasks } from '../../../base/shared-tasks.js';
import { snapshotTree } from '../../tree.fixture.js';
import { type Made, restorer, type ways } from '../made-backup.fixture.js';
import type { RestorePlan } from '../restore-backup.js';
import { inThread } from '../restore-worker.fixture.js';
import { unfinishedMode } from '../unfinished.js';
import { batchBytes, batchLength, type FileToWrite } from './write-batch.js';
import { WriteBehind } from './write-behind.js';
import { batchCount, WriteBehindMemory } from './write-behind-memory.js';
import { WriteBehindThread } from './write-behind-thread.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'behind-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

/** Files of {@link tree} that can be restored: one of them stands in it twice. */
const treeFiles = 12 * 57 - 1;

/** Several batches of small files, and what has to wait for them. */
function tree(): Made[] {
  const entries: Made[] = [];
  for (let number = 0; number < 12; number += 1) {
    const sub = `sub-${number}`;
    entries.push({ path: sub, type: 'directory', mode: number % 2 === 0 ? 0o500 : 0o755, mtime: 3000 + number });
    for (let file = 0; file < 50; file += 1) {
      const mode = file % 7 === 0 ? 0o4755 : 0o400 + (file % 64);
      entries.push({
        path: `${sub}/file-${file}`,
        content: `${number} ${file} `.repeat(file * number),
        mode,
        mtime: file + 0.25,
        ...owner,
      });
    }
    entries.push(
      { path: `${sub}/zeros`, content: '\0'.repeat(20_000) },
      { path: `${sub}/large`, content: 'large '.repeat(20_000) },
      { path: `${sub}/file-49`, content: 'another of this name' },
      { path: `${sub}/again`, content: 'again' },
      { path: `${sub}/again/below`, content: 'below a file' },
      { path: `${sub}/link`, content: 'no link' },
      { path: `${sub}/link`, type: 'symlink', linkPath: '/etc/passwd' },
      { path: `${sub}/same`, type: 'hardlink', linkPath: `${sub}/file-3` },
      { path: `${sub}/in`, type: 'directory', mode: 0o700, mtime: 10 },
      { path: `${sub}/in/a`, content: 'a' },
      { path: `sub-${Math.max(0, number - 1)}/late`, content: 'in a folder that was left' },
      { path: `${sub}/${'ü'.repeat(100)}`, content: 'umlauts' },
    );
  }
  return entries;
}

/** Restores the tree; says what is said, and what lies in the target then. The root is no entry of the backup, so its time is that of the restore. */
async function restored(way: (typeof ways)[number], plan: Partial<RestorePlan> = {}) {
  const target = join(folder, way);
  const { problems, ...counts } = await restorer(way)(target, { docs: tree() }, plan);
  const [, ...entries] = snapshotTree(join(target, 'docs')).map(({ facts, mtimeMs }) => [facts, mtimeMs]);
  return { counts, problems: problems.map(({ path, code }) => `${path} ${code}`).toSorted(), entries };
}

describe('writing small files behind', () => {
  test('changes nothing of what is restored, nor of what is told', async () => {
    const alone = await restored('in this thread');
    expect(alone.counts).toMatchObject({ files: treeFiles });
    expect(alone.problems.length).toBe(12 * 3 + 1);
    expect(await restored('by a thread of its own')).toEqual(alone);
  });

  test.each([
    ['ends at once', 'process.exit(1);'],
    ['fails', 'throw new Error("no");'],
    ['does nothing', ''],
    ['never gets to it', 'for (;;);'],
  ])('a thread that %s changes nothing of it either', async (_, code) => {
    const broken = join(folder, 'broken.mjs');
    writeFileSync(broken, code);
    const thread = { ...(await inThread()), behind: { sample: 1, module: pathToFileURL(broken) } };
    expect(await restored('by a thread of its own', { thread })).toEqual(await restored('in this thread'));
  });
});

function fileToWrite(name: string): FileToWrite {
  const attributes = { mode: 0o640, mtime: 1000, ...owner };
  return { path: join(folder, name), attributes, owners: false, owner, content: Buffer.from(name) };
}

/** Has files of these names written behind, with their names as content; says what became of each. */
function added(behind: WriteBehind, names: readonly string[], outcomes: [string, boolean, string][] = []) {
  for (const name of names) {
    behind.add({
      ...fileToWrite(name),
      name,
      settle: (written, content) => outcomes.push([name, written, content.toString()]),
    });
  }
  return outcomes;
}

/** One that collects files from the first on. */
function collecting(onSmallFiles: (memory: SharedArrayBuffer) => void = () => {}): WriteBehind {
  const behind = new WriteBehind(onSmallFiles, { sample: 1 });
  behind.count(0);
  return behind;
}

describe('WriteBehind', () => {
  test('takes files once they were found to be small, and no large one', () => {
    const behind = new WriteBehind(() => {}, { sample: 2 });
    behind.count(100);
    expect(behind.takes(100)).toBe(false);
    behind.count(10_000);
    expect(behind.takes(100)).toBe(false);
    behind.count(100);
    behind.count(100);
    expect([behind.takes(100), behind.takes(1_000_000)]).toEqual([true, false]);
  });

  test('writes all by itself where nobody helps, in any number, and tells of what is there already', () => {
    const behind = collecting();
    const names = Array.from({ length: 3 * batchLength }, (_, number) => `file-${number}`);
    writeFileSync(join(folder, 'file-7'), 'there');
    const done: string[] = [];
    const outcomes = added(behind, names.slice(0, -1));
    behind.after(() => done.push(readFileSync(join(folder, names.at(-2) ?? ''), 'utf8')));
    added(behind, names.slice(-1), outcomes);
    expect([behind.has('file-0'), behind.has(names.at(-1) ?? ''), done]).toEqual([false, true, []]);
    behind.settle();
    expect(outcomes).toEqual(names.map((name) => [name, name !== 'file-7', name]));
    expect(done).toEqual([names.at(-2)]);
    const { mode, mtimeMs } = statSync(join(folder, 'file-300'));
    expect([mode & 0o7777, mtimeMs]).toEqual([0o640, 1_000_000]);
    expect(readFileSync(join(folder, 'file-7'), 'utf8')).toBe('there');
  });

  test('collects no more than some hundred things to be done after a file', () => {
    const behind = collecting();
    added(behind, ['only']);
    let done = 0;
    for (let number = 0; number < 1000; number += 1) {
      behind.after(() => {
        done += 1;
      });
    }
    expect([done, behind.has('only')]).toEqual([1000, false]);
  });

  test('leaves a file that a lost thread had begun to the caller, and takes no more', () => {
    let memory: SharedArrayBuffer | undefined;
    const behind = collecting((shared) => {
      memory = shared;
    });
    // The first batch is handed over when there is no more room in it.
    const names = Array.from({ length: batchLength + 1 }, (_, number) => `file-${number}`);
    const outcomes = added(behind, names);
    if (memory === undefined) throw new Error('There is no memory.');
    const thread = new SharedTasks(memory, 64 + (1 % batchCount) * batchBytes, batchLength);
    thread.join(1);
    expect(thread.claim(0)).toBe(true);
    new WriteBehindMemory(memory).lose();
    behind.settle();
    expect(outcomes).toEqual(names.map((name, number) => [name, number !== 0, name]));
    expect(behind.takes(1)).toBe(false);
  });
});

describe('WriteBatch', () => {
  test('gives who helps the files of its round, and nothing of what else stands in the memory', () => {
    const here = new WriteBehindMemory();
    const there = new WriteBehindMemory(here.memory);
    for (const [round, names] of [[1, ['a', 'b', 'c']] as const, [1 + batchCount, ['d']] as const]) {
      const batch = here.batch(round);
      batch.empty();
      for (const name of names) batch.add(fileToWrite(name));
      there.batch(round).help(round);
      expect(readdirSync(folder)).toEqual([]);
      batch.begin(round);
      there.batch(round).help(round - batchCount);
      expect(readdirSync(folder)).toEqual([]);
      there.batch(round).help(round);
      expect(readdirSync(folder)).toEqual(names);
      for (const name of names) rmSync(join(folder, name));
    }
  });
});

describe('WriteBehindThread', () => {
  test('writes what is handed over, round after round', async () => {
    const module = pathToFileURL(await bundledModule(new URL('./write-behind-worker.ts', import.meta.url)));
    const shared = new WriteBehindMemory();
    await using thread = WriteBehindThread.start(shared.memory, module);
    expect(thread).toBeDefined();
    for (let round = 1; round <= 5; round += 1) {
      const batch = shared.batch(round);
      batch.empty();
      const names = Array.from({ length: batchLength }, (_, number) => `${round}-${number}`);
      const paths = names.map((name) => join(folder, name));
      for (const name of names) batch.add(fileToWrite(name));
      batch.begin(round);
      shared.hand(round);
      while (!paths.every((path) => existsSync(path) && (statSync(path).mode & 0o7777) !== unfinishedMode)) await delay(1);
      expect(paths.map((_, index) => batch.outcome(index, 1000)).every((outcome) => outcome === 'done')).toBe(true);
      expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(names);
    }
    expect(readdirSync(folder).length).toBe(5 * batchLength);
  });

  test('says so when it ends', async () => {
    const module = join(folder, 'ends.mjs');
    writeFileSync(module, '');
    const shared = new WriteBehindMemory();
    await using thread = WriteBehindThread.start(shared.memory, pathToFileURL(module));
    expect(thread).toBeDefined();
    while (!shared.isLost) await delay(1);
  });

  test('is not started where its module is missing, and says so', () => {
    const shared = new WriteBehindMemory();
    expect(WriteBehindThread.start(shared.memory, new URL('./nowhere.mjs', import.meta.url))).toBeUndefined();
    expect(shared.isLost).toBe(true);
  });
});
