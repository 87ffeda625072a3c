import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';

let holdfast: CommandLine;
let id = '';
let key = '';

beforeEach(async () => {
  holdfast = await createCommandLine();
  const folder = join(holdfast.root, 'docs');
  await mkdir(join(folder, 'sub'), { recursive: true });
  await writeFile(join(folder, 'sub', 'a:b.txt'), 'colon');
  await holdfast.run(['init']);
  for (const name of ['one', 'two']) await holdfast.run(['location', 'add', 'local', '--path', at(name), '--title', name]);
  const { document } = await holdfast.json(['backup', 'create', folder, '--level', '0', '--read-back']);
  id = document.backup.id;
  key = (await readdir(at('one'))).find((name) => name.endsWith('.tar')) ?? '';
});
afterEach(() => holdfast[Symbol.asyncDispose]());

const at = (location: string, name = ''): string => join(holdfast.root, location, name);

/** What `backup verify` says of each copy, and its exit code. */
async function verify(...args: readonly string[]) {
  const { code, document } = await holdfast.json(['backup', 'verify', ...args]);
  const copies = document.verified as readonly { location: string; ok: boolean; error?: { code: string; remedy: string } }[];
  return {
    code,
    failed: copies.flatMap(({ location, error }) => (error === undefined ? [] : [[location, error.code]])),
    all: copies.length,
  };
}

describe('a copy that is not what was stored fails when it is verified, by its id and with all, while the other is read', () => {
  test.each<[string, string, () => Promise<unknown>]>([
    ['backup-missing', 'is gone', () => Promise.all(['', '.holdfast.json', '.holdfast.index'].map((end) => rm(at('two', key + end))))],
    ['seal-missing', 'lost its sidecar', () => unlink(at('two', `${key}.holdfast.json`))],
    ['truncated', 'was cut short', () => truncate(at('two', key), 2000)],
  ])('%s: it %s', async (error, _what, change) => {
    expect(await verify('--all')).toEqual({ code: 0, failed: [], all: 2 });
    await change();
    for (const args of [['--all'], [id], ['--all', '--from', 'two']])
      expect(await verify(...args)).toEqual({ code: 1, failed: [['two', error]], all: args.length === 3 ? 1 : 2 });
    expect(await verify(id, '--from', 'one')).toMatchObject({ code: 0 });
  });
});

test('a location that does not answer, and an index that is gone, are worth a warning', async () => {
  await unlink(at('one', `${key}.holdfast.index`));
  expect(await verify(id)).toMatchObject({ code: 3, failed: [] });
  await rename(at('two'), at('away'));
  const { code, err } = await holdfast.run(['backup', 'verify', '--all']);
  expect({ code, err }).toMatchObject({ code: 3, err: expect.stringContaining('two does not answer') });
});

test('of a location that somebody emptied, list tells a few alarms and how many there are', async () => {
  for (let made = 1; made < 5; made += 1) await holdfast.run(['backup', 'create', join(holdfast.root, 'docs')]);
  for (const name of await readdir(at('two'))) if (name.includes('.tar')) await rm(at('two', name));
  const { code, err } = await holdfast.run(['backup', 'list']);
  expect({ code, told: err.split('is gone, though').length - 1 }).toEqual({ code: 3, told: 3 });
  expect(err).toContain('The same goes for 2 more at two; --json lists all of them.');
  expect((await holdfast.json(['backup', 'list'])).document).toMatchObject({ alarms: { length: 5 } });
});

test('a downloaded backup is sealed, and its files are replaced together or not at all', async () => {
  const [to, key256] = [join(holdfast.root, 'copy.tar'), join(holdfast.root, 'key.txt')];
  const download = (...args: readonly string[]) => holdfast.json(['backup', 'download', id, '--to', to, ...args]);
  expect(await download()).toMatchObject({
    code: 0,
    document: { path: to, sidecar: { path: `${to}.holdfast.json` }, index: { path: `${to}.holdfast.index` } },
  });
  await writeFile(key256, (await holdfast.json(['key', 'show', '--yes'])).document.key);
  const verified = await holdfast.json(['file', 'verify', to, '--key-file', key256]);
  expect(verified).toMatchObject({ code: 0, document: { verified: { seal: 'sealed' } } });
  await rm(to);
  await writeFile(`${to}.holdfast.json`, 'mine');
  expect(await download()).toMatchObject({ code: 2, document: { error: { code: 'confirmation-needed' } } });
  expect(await text(createReadStream(`${to}.holdfast.json`))).toBe('mine');
  expect((await readdir(holdfast.root)).filter((name) => name.includes(basename(to)))).not.toContain(basename(to));
  expect(await download('--yes')).toMatchObject({ code: 0 });
  await unlink(`${to}.holdfast.index`);
  for (const path of ['sub/a:b.txt', 'docs:sub/a:b.txt']) expect((await holdfast.run(['backup', 'cat', to, path])).out).toBe('colon');
  const env = { HOLDFAST_NEW_KEY: 'another key', HOLDFAST_KEY: await readFile(key256, 'utf8') };
  expect(await holdfast.run(['file', 'encrypt', to, '--to', to, '--yes'], { env })).toMatchObject({ code: 0 });
  expect((await readdir(holdfast.root)).filter((name) => name.includes(basename(to)))).toEqual([basename(to)]);
});

test('a key on standard input serves all backups, and a location is not named for a file', async () => {
  const { key: secret } = (await holdfast.json(['key', 'show', '--yes'])).document;
  await holdfast.run(['backup', 'create', 'docs']);
  const elsewhere = ['--data-dir', join(holdfast.root, 'other')];
  await holdfast.run([...elsewhere, 'init']);
  await holdfast.run([...elsewhere, 'location', 'add', 'local', '--path', at('one')]);
  const { code, out } = await holdfast.run([...elsewhere, 'backup', 'verify', '--all', '--key-stdin'], { stdin: `${secret}\n` });
  expect({ code, whole: out.match(/^whole/gm)?.length }).toEqual({ code: 0, whole: 2 });
  const file = await holdfast.json(['backup', 'ls', at('one', key), '--from', 'one']);
  expect(file).toMatchObject({ code: 2, document: { error: { code: 'bad-usage' } } });
});
