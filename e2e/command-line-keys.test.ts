import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';

const noise = randomBytes(100_000);

let holdfast: CommandLine;
let elsewhere: NodeJS.ProcessEnv;
let key = '';

// A backup file, its key, and a machine that knows neither.
beforeAll(async () => {
  holdfast = await createCommandLine();
  const { root } = holdfast;
  elsewhere = { HOLDFAST_DATA_DIR: join(root, 'nowhere') };
  await mkdir(join(root, 'documents'));
  await writeFile(join(root, 'documents', 'noise'), noise);
  await holdfast.json(['init']);
  await holdfast.json(['location', 'add', 'local', '--path', join(root, 'nas')]);
  const { id } = (await holdfast.json(['backup', 'create', 'documents'])).document.backup;
  await holdfast.json(['backup', 'download', id, '--to', 'copy.tar']);
  key = (await holdfast.json(['key', 'show', '--yes'])).document.key;
});

afterAll(() => holdfast[Symbol.asyncDispose]());

const restore = (to: string, ...more: string[]): string[] => ['backup', 'restore', './copy.tar', '--to', to, ...more];

test('without a key, it is told which one is needed', async () => {
  const { code, document } = await holdfast.json(restore('a'), { env: elsewhere });
  expect({ code, error: document.error.code }).toEqual({ code: 1, error: 'key-needed' });
  expect(document.error.details['keyFingerprint']).toMatch(/^hf1-/);
});

test('a wrong key is told before anything is written', async () => {
  const { code, document } = await holdfast.json(restore('b'), { env: { ...elsewhere, HOLDFAST_KEY: 'not the key' } });
  expect({ code, error: document.error.code }).toEqual({ code: 1, error: 'wrong-key' });
  await expect(readdir(join(holdfast.root, 'b'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('the key comes from the environment, a file or standard input, however it is typed', async () => {
  await writeFile(join(holdfast.root, 'key.txt'), `${key.toLowerCase()}\n`);
  const results = [
    await holdfast.json(restore('c'), { env: { ...elsewhere, HOLDFAST_KEY: key } }),
    await holdfast.json(restore('d', '--key-file', 'key.txt'), { env: elsewhere }),
    await holdfast.json(restore('e', '--key-stdin'), { env: elsewhere, stdin: key.replaceAll('-', ' ') }),
  ];
  for (const { code, document } of results) expect({ code, files: document.restored.files }).toEqual({ code: 0, files: 1 });
  expect((await readFile(join(holdfast.root, 'e', 'documents', 'noise'))).equals(noise)).toBe(true);
  // Restoring a file sets nothing up.
  await expect(readdir(join(holdfast.root, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('the key is never an argument, and is not repeated when it was one', async () => {
  for (const args of [restore('f', '--key', key), restore('f', `--key=${key}`), restore('f', `--password=${key}`)]) {
    const { code, document, err } = await holdfast.json(args, { env: elsewhere });
    expect({ code, error: document.error.code }).toEqual({ code: 2, error: 'secret-argument' });
    expect(JSON.stringify(document) + err).not.toContain(key);
  }
});

test('no document but that of `key show` holds the key', async () => {
  for (const args of [['init'], ['key', 'fingerprint'], ['location', 'list'], ['backup', 'list'], ['doctor', '--verbose']]) {
    const { document, err } = await holdfast.json(args);
    expect(JSON.stringify(document) + err).not.toContain(key);
  }
});

test('a file that is cut short or damaged is told from one with another key', async () => {
  const whole = await readFile(join(holdfast.root, 'copy.tar'));
  const middle = Math.floor(whole.length / 2);
  await writeFile(join(holdfast.root, 'short.tar'), whole.subarray(0, middle));
  whole[middle] = (whole[middle] ?? 0) ^ 0xff;
  await writeFile(join(holdfast.root, 'flipped.tar'), whole);
  expect(await holdfast.json(['backup', 'verify', './short.tar'])).toMatchObject({ code: 1, document: { error: { code: 'truncated' } } });
  expect(await holdfast.json(['backup', 'verify', './flipped.tar'])).toMatchObject({ code: 1, document: { error: { code: 'corrupt' } } });
});
