import { mkdir, writeFile } from 'node:fs/promises';
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
    ['backups', '%local.path.relative%', { path: 'backups', example: '/mnt/backups' }],
    ['~/backups', '%local.path.home%', { path: '~/backups', example: '/mnt/backups' }],
    ['/tmp\0/x', '%local.path.zero%', undefined],
    ['/no-such/folder', '%local.path.missing%', { above: '/no-such' }],
    ['/proc/version', '%local.path.file%', { path: '/proc/version' }],
  ])('%j is refused with a reason', async (path, message, placeholders) => {
    expect(await validateConfig({ path })).toEqual([{ field: 'path', message, placeholders }]);
  });

  test('a file above is told from a folder', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'folder'));
    expect(await validateConfig({ path: join(folder, 'file') })).toHaveLength(1);
    expect(await validateConfig({ path: join(folder, 'file', 'below') })).toHaveLength(1);
  });
});
