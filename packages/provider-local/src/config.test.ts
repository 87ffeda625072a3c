import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { validateConfig } from './config.js';
import { temporaryFolder } from './local.fixture.js';

describe('the configuration', () => {
  test('a folder that is there, or can be made, will do', async () => {
    const folder = await temporaryFolder();
    expect(await validateConfig({ path: folder })).toEqual([]);
    expect(await validateConfig({ path: join(folder, 'new') })).toEqual([]);
  });

  test.each([
    ['backups', /"backups" is not a full path, such as "\/mnt\/backups"/],
    ['~/backups', /Write the home folder out/],
    ['/tmp\0/x', /no zero character/],
    ['/no-such/folder', /Neither the folder nor the one above it, "\/no-such", exists. Is the disk or share mounted\?/],
    ['/proc/version', /is not a folder/],
  ])('%j is refused with a reason', async (path, reason) => {
    expect(await validateConfig({ path })).toEqual([{ field: 'path', message: expect.stringMatching(reason) as unknown }]);
  });

  test('a file above is told from a folder', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'folder'));
    expect(await validateConfig({ path: join(folder, 'file') })).toHaveLength(1);
    expect(await validateConfig({ path: join(folder, 'file', 'below') })).toHaveLength(1);
  });

  test('every text that the manifest and the schema name is in the string table', async () => {
    const read = (name: string) => readFile(new URL(`../${name}`, import.meta.url), 'utf8');
    const named = `${await read('package.json')} ${await read('schemas/local.json')}`.matchAll(/"%([^"%]+)%"/g);
    expect(JSON.parse(await read('package.nls.json'))).toEqual(Object.fromEntries([...named].map(([, key]) => [key, expect.any(String)])));
  });
});
