import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFolderRestores } from './late-restores.js';
import { pointToJournal, type ReplaceJournal, type ReplacePhase, writeJournal } from './restore-journal.js';
import { settle } from './settle-restore.js';

// A process that dies is one whose calls do nothing any more: after so many changes of the file system, all fail.
const life = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>();
  const mortal =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      life.left -= 1;
      if (life.left < 0) throw Object.assign(new Error('dead'), { code: 'EIO' });
      return call(...args);
    };
  const { rename, mkdir, rm, rmdir, chmod, writeFile } = real;
  // What is synced makes no difference to a process that dies, and takes long.
  const open = async (...args: Parameters<typeof real.open>) => Object.assign(await real.open(...args), { sync: async () => {} });
  return {
    ...real,
    rename: mortal(rename),
    mkdir: mortal(mkdir),
    rm: mortal(rm),
    rmdir: mortal(rmdir),
    chmod: mortal(chmod),
    writeFile: mortal(writeFile),
    open: mortal(open),
  };
});

const now = () => new Date('2026-01-02T03:04:05Z');
let root: string;
let journal: ReplaceJournal;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'settle-'));
});
afterEach(() => {
  life.left = Number.POSITIVE_INFINITY;
  rmSync(root, { recursive: true });
});

const former = { app: { 'a.txt': 'former a', 'only-before.txt': 'b' }, volume: { 'a.txt': 'former v', x: 'x', y: 'y' } };
const restored = { app: { 'a.txt': 'new a' }, volume: { 'a.txt': 'new v', 'only-now.txt': 'n' }, fresh: { f: 'f' } };

/** Folders with a former and a restored state, right before the switch: one as a whole, one entry by entry, one that wasn't there. */
async function prepare(): Promise<void> {
  rmSync(root, { recursive: true, force: true });
  const fill = (folder: string, files: Readonly<Record<string, string>>) => {
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  };
  const at = (name: string) => join(root, name);
  const works = { app: at('.app.holdfast-restore'), volume: at('volume/.holdfast-restore'), fresh: at('.fresh.holdfast-restore') };
  fill(at('app'), former.app);
  fill(at('volume'), former.volume);
  for (const [name, work] of Object.entries(works)) fill(join(work, 'new'), restored[name as keyof typeof works]);
  chmodSync(join(works.volume, 'new'), 0o555);
  journal = {
    id: 'one',
    backup: '3f9a01bc',
    startedAt: '2026-01-01T00:00:00Z',
    phase: 'moving-out',
    folders: [
      { source: 'app', target: at('app'), work: works.app, mode: 'whole', existed: true },
      { source: 'volume', target: at('volume'), work: works.volume, mode: 'entries', existed: true },
      { source: 'fresh', target: at('fresh'), work: works.fresh, mode: 'whole', existed: false },
    ],
  };
  await writeJournal(journal);
  for (const work of [works.volume, works.fresh]) await pointToJournal(work, works.app);
}

/** What is in the folders, without what the restore keeps. */
function state(): unknown {
  const visible = (folder: string) => readdirSync(folder).filter((name) => !name.endsWith('.holdfast-restore'));
  const contents = (folder: string) => visible(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  return Object.fromEntries(visible(root).map((name) => [name, Object.fromEntries(contents(join(root, name)))]));
}

const leftovers = () => readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('holdfast-restore'));

/** Runs from `phase` with one more change each time before the process dies, until it lives; `look` says what must be true after each death. */
async function dieAtEveryChange(phase: ReplacePhase, look: () => Promise<void>): Promise<number> {
  for (let changes = 0; ; changes += 1) {
    await prepare();
    if (phase !== 'moving-out') {
      journal = (await settle(journal, now)) ?? journal;
      await writeJournal({ ...journal, phase });
    }
    life.left = changes;
    const ended = await settle({ ...journal, phase }, now).catch((error: unknown) => error);
    const died = life.left < 0;
    life.left = Number.POSITIVE_INFINITY;
    await look();
    if (!died) {
      expect(ended).not.toBeInstanceOf(Error);
      return changes;
    }
  }
}

describe('a process that dies at any change of the file system', () => {
  test('while it switches: the next look puts the new state in place as a whole, and the former one comes back when it is wanted', async () => {
    const moments = await dieAtEveryChange('moving-out', async () => {
      const [kept] = await createFolderRestores().status(root);
      // Where a call fails instead of the process, it is taken back before.
      if (kept === undefined || kept.state !== 'kept') {
        expect(state()).toEqual(former);
        return;
      }
      expect(state()).toEqual(restored);
      expect(await createFolderRestores().undo(root)).toMatchObject([{ state: 'undone' }]);
      expect(state()).toEqual(former);
      expect(leftovers()).toEqual([]);
    });
    expect(moments).toBeGreaterThan(15);
  });

  test.each([
    ['undo-out', former],
    ['removing', restored],
  ] as const)('while it ends a restore (%s): the next look brings that to its end', async (phase, expected) => {
    const moments = await dieAtEveryChange(phase, async () => {
      await createFolderRestores().status(root);
      expect(state()).toEqual(expected);
      expect(leftovers()).toEqual([]);
    });
    expect(moments).toBeGreaterThan(8);
  });
});

test('what somebody else puts into the place meanwhile is never replaced, and the switch goes on when it is gone', async () => {
  await prepare();
  mkdirSync(join(root, 'fresh'));
  writeFileSync(join(root, 'fresh/theirs'), 'theirs');
  await writeJournal({ ...journal, phase: 'moving-in' });
  rmSync(join(root, 'app'), { recursive: true });
  rmSync(join(root, 'volume/a.txt'));
  await expect(createFolderRestores().status(root)).rejects.toMatchObject({ code: 'restore-in-the-way' });
  expect(readdirSync(join(root, 'fresh'))).toEqual(['theirs']);
  rmSync(join(root, 'fresh/theirs'));
  await createFolderRestores().status(root);
  expect(readdirSync(join(root, 'fresh'))).toEqual(['f']);
});
