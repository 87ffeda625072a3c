import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFolderRestores } from '@holdfast/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWorkplace, type Workplace } from './holdfast.fixture.js';

const program = fileURLToPath(new URL('./restore-over.fixture.mjs', import.meta.url));
/** So many processes at a time. */
const atOnce = 4;

// Small, as each moment takes a process of its own; several folders in several modes are killed in the core's own tests.
const former = { app: { a: 'former', before: 'b' } };
const restored = { app: { a: 'new' } };
type Folders = Readonly<Record<string, Readonly<Record<string, string>>>>;

let place: Workplace;
let file: string;
let key: string;

beforeAll(() => {
  place = makeWorkplace();
  const sources = join(place.folder, 'sources');
  fill(sources, restored);
  place.json('backup', 'create', join(sources, 'app'));
  const name = readdirSync(place.location).find((entry) => entry.endsWith('.tar')) ?? '';
  file = join(place.location, name);
  key = (place.json('key', 'show', '--yes') as { key: string }).key;
});
afterAll(() => place.remove());

function fill(root: string, folders: Folders): void {
  for (const [folder, files] of Object.entries(folders)) {
    mkdirSync(join(root, folder), { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(root, folder, name), content);
  }
}

function read(root: string): Folders {
  const files = (folder: string) => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  const folders = readdirSync(root).filter((name) => !name.startsWith('.'));
  return Object.fromEntries(folders.map((name) => [name, Object.fromEntries(files(join(root, name)))]));
}

/** Whether it was killed. */
async function dies(moment: number, ...action: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [program, String(moment), ...action], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.on('close', (...end) => resolve(end)),
  );
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`at moment ${moment} of ${action[0]}: ${errors}`);
  return signal === 'SIGKILL';
}

/** Dies at every moment of an action, each time in a place of its own; returns how many there are. */
async function atEveryMoment(
  action: (to: string) => readonly string[],
  prepare: (to: string) => Promise<void>,
  look: (to: string) => Promise<void>,
): Promise<number> {
  let moments = 0;
  let next = 1;
  let over = false;
  const work = async () => {
    while (!over) {
      const moment = next;
      next += 1;
      const to = join(place.folder, `place-${moment}`);
      fill(to, former);
      await prepare(to);
      if (await dies(moment, ...action(to))) moments = Math.max(moments, moment);
      else over = true;
      await look(to);
      rmSync(to, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return moments;
}

const restore = (to: string) => ['restore', file, to, key];
const hidden = (to: string) => readdirSync(to).filter((name) => name.startsWith('.'));

test('killed at every moment of a restore over existing folders: they are wholly what they were or wholly what was restored', async () => {
  const seen = new Set<string>();
  const moments = await atEveryMoment(
    restore,
    async () => {},
    async (to) => {
      const [kept] = await createFolderRestores().status(to);
      seen.add(kept?.state ?? 'nothing');
      const isRestored = kept?.state === 'kept';
      expect(read(to)).toEqual(isRestored ? restored : former);
      if (isRestored) await createFolderRestores().undo(to);
      expect(read(to)).toEqual(former);
      expect(hidden(to)).toEqual([]);
    },
  );
  expect([...seen].sort()).toEqual(['kept', 'nothing', 'rolled-back']);
  expect(moments).toBeGreaterThan(30);
});
