import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';

let holdfast: CommandLine;
let folder = '';

beforeEach(async () => {
  holdfast = await createCommandLine();
  folder = join(holdfast.root, 'docs');
  await mkdir(folder);
  await writeFile(join(folder, 'note.txt'), 'a note');
  await holdfast.run(['init']);
  await holdfast.run(['location', 'add', 'local', '--path', join(holdfast.root, 'nas'), '--title', 'NAS']);
  await holdfast.run(['job', 'add', '--title', 'nightly', '--source', `docs=${folder}`, '--keep', 'copies=2']);
});
afterEach(() => holdfast[Symbol.asyncDispose]());

interface Copy {
  readonly id: string;
  readonly state: string;
  readonly keptBy: readonly { readonly rule: string }[];
}

const run = (...args: readonly string[]) => holdfast.run(args);

async function json(...args: readonly string[]) {
  const { code, out } = await holdfast.run([...args, '--json']);
  return {
    code,
    document: JSON.parse(out) as {
      readonly locations: readonly { readonly copies: readonly Copy[]; readonly simulations?: readonly object[] }[];
    },
  };
}

const backups = async () => {
  const { out } = await run('backup', 'list', '--json');
  return (
    JSON.parse(out) as {
      backups: readonly { id: string; pinned: boolean; job?: string; locations: readonly { lastVerified?: { how: string } }[] }[];
    }
  ).backups;
};

test('a job keeps what its rules say, beside what is pinned and what was made by hand; the plan says why, and the log what went', async () => {
  await run('backup', 'create', folder, '--name', 'by hand');
  expect((await run('job', 'run', 'nightly')).code).toBe(0);
  const first = (await backups()).find(({ job }) => job !== undefined)?.id ?? '';
  expect(await run('backup', 'pin', first)).toMatchObject({ code: 0, out: expect.stringContaining(`Pinned ${first}`) as string });
  for (let count = 0; count < 3; count += 1) expect((await run('job', 'run', 'nightly')).code).toBe(0);
  const left = await backups();
  expect(left).toHaveLength(4);
  expect(left.filter(({ pinned }) => pinned).map(({ id }) => id)).toEqual([first]);
  expect((await readdir(join(holdfast.root, 'nas'))).filter((name) => name.endsWith('.tar'))).toHaveLength(4);

  await run('backup', 'unpin', first);
  const dry = await json('retention', 'run', '--dry-run');
  expect(dry.document.locations[0]?.copies.filter(({ state }) => state === 'to-delete').map(({ id }) => id)).toEqual([first]);
  expect(await backups()).toHaveLength(4);
  const plan = await run('retention', 'plan', '--years', '2');
  for (const text of ['made by hand', 'copies 1 of 2', 'beyond copies=2, it is number 3', 'at most 3 at a time'])
    expect(plan.out).toContain(text);
  expect(await run('retention', 'run')).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 copy deleted, 3 copies kept.') as string,
  });
  expect((await run('retention', 'log')).out).toContain(first);
  expect(await run('retention', 'run', '--job', 'weekly')).toMatchObject({ code: 2, err: expect.stringContaining('weekly') as string });

  await run('job', 'remove', 'nightly', '--yes');
  const { document } = await json('retention', 'run');
  expect(document.locations[0]?.copies.flatMap(({ keptBy }) => keptBy.map(({ rule }) => rule)).sort()).toEqual([
    'by-hand',
    'job-removed',
    'job-removed',
  ]);
});
