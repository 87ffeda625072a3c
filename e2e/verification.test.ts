import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';

let holdfast: CommandLine;
let id = '';

beforeEach(async () => {
  holdfast = await createCommandLine();
  const folder = join(holdfast.root, 'docs');
  await mkdir(folder);
  for (let number = 0; number < 20; number += 1) await writeFile(join(folder, `note ${number}`), `note ${number} `.repeat(1_000));
  await holdfast.run(['init']);
  await holdfast.run(['location', 'add', 'local', '--path', join(holdfast.root, 'nas'), '--title', 'NAS']);
  id = (await holdfast.json(['backup', 'create', folder, '--level', '0'])).document.backup.id;
});
afterEach(() => holdfast[Symbol.asyncDispose]());

/** Changes a byte in the middle of the backup. */
async function damage(): Promise<void> {
  const name = (await readdir(join(holdfast.root, 'nas'))).find((file) => file.endsWith('.tar')) ?? '';
  await using file = await open(join(holdfast.root, 'nas', name), 'r+');
  const middle = Math.floor((await file.stat()).size / 2);
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, middle);
  await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, middle);
}

const run = (...args: readonly string[]) => holdfast.run(args);

test('reading back and drills are shown beside a backup, and damage is told until it is found whole again', async () => {
  expect((await run('verification', 'status')).out).toContain('none yet');
  expect(await run('verification', 'run', '--share', '25%')).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 copy read back') as string,
  });
  expect((await run('verification', 'status', '--json')).out).toContain('"share": 0.25');
  const drill = await run('backup', 'drill', '--files', '3', '--seed', 'a seed');
  expect(drill).toMatchObject({ code: 0, out: expect.stringContaining('3 of 3 files restored and the same') as string });
  expect((await run('backup', 'drill', id, '--files', '3', '--seed', 'a seed')).out).toBe(drill.out);
  expect((await run('backup', 'show', id)).out).toContain('by a restore drill');
  expect((await run('backup', 'list')).out).toMatch(/VERIFIED[\s\S]*\d{4}-\d\d-\d\d .*NAS/);

  await damage();
  expect(await run('verification', 'run', '--all')).toMatchObject({ code: 1, out: expect.stringContaining('damaged') as string });
  expect(await run('issues')).toMatchObject({ code: 1, out: expect.stringContaining('verification-failed') as string });
  expect((await run('backup', 'list')).out).toContain('damaged');
  expect(await run('backup', 'drill', '--files', '50')).toMatchObject({ code: 1 });
  await damage();
  expect((await run('backup', 'verify', id)).code).toBe(0);
  expect((await run('issues')).out).not.toContain('verification-failed');

  await run('settings', 'set', 'verify-every', '0');
  expect((await run('verification', 'status')).out).toContain('never');
  expect(await run('settings', 'set', 'verify-share', '101')).toMatchObject({ code: 2 });
});
