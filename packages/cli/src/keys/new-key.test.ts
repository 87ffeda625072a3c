import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandContext } from '../run/context.js';
import { newKey } from './new-key.js';

const nobodyThere = { terminal: { interactive: false } } as unknown as CommandContext;

test('a new key comes from a file, then from the environment, as it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-key-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const keyFile = join(folder, 'key');
  await writeFile(keyFile, ' from a file \n');
  expect(await newKey(nobodyThere, keyFile, { HOLDFAST_NEW_KEY: 'environment' })).toBe(' from a file ');
  expect(await newKey(nobodyThere, undefined, { HOLDFAST_NEW_KEY: 'environment' })).toBe('environment');
});

test('without one, and with nobody to ask, nothing is made up', async () => {
  await expect(newKey(nobodyThere, undefined, { HOLDFAST_NEW_KEY: '' })).rejects.toMatchObject({ code: 'new-key-needed' });
});
