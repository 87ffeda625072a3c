import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { givenKeys } from './given-key.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-key-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

test('a key comes from a file, from standard input and from the environment', async () => {
  const keyFile = join(folder, 'key.txt');
  await writeFile(keyFile, 'from a file\r\nand a remark\n');
  expect(await givenKeys({ keyFile, keyStdin: true }, { HOLDFAST_KEY: 'from the environment' }, chunks('from st', 'din\n'))).toEqual([
    'from a file',
    'from stdin',
    'from the environment',
  ]);
});

test('spaces belong to a password', async () => {
  expect(await givenKeys({ keyStdin: true }, {}, chunks(' a b '))).toEqual([' a b ']);
});

test('standard input is left alone unless it is named', async () => {
  const untouched = chunks('x');
  expect(await givenKeys({}, {}, untouched)).toEqual([]);
  expect(await untouched.next()).toMatchObject({ done: false });
});

test('an empty or missing file is told by its name', async () => {
  const keyFile = join(folder, 'empty');
  await writeFile(keyFile, '\n');
  await expect(givenKeys({ keyFile }, {}, chunks())).rejects.toMatchObject({ code: 'key-missing' });
  await expect(givenKeys({ keyFile: join(folder, 'nowhere') }, {}, chunks())).rejects.toMatchObject({ code: 'file-unreadable' });
});
