import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../providers/package.fixture.js';
import { createConfigFile, openConfigFile } from './config-file.js';
import { createSettings } from './settings.js';

const location = { id: 'local-3f2a', title: 'NAS', provider: 'local', configVersion: 1, config: { path: '/mnt/nas' }, secrets: [] };

describe('config.json', () => {
  test('is made once, for its owner alone, and gives back what was stored', async () => {
    const dataDir = join(await temporaryFolder(), 'data');
    const made = await createConfigFile(dataDir, { instanceName: ' home ' });
    expect(made.instance).toMatchObject({ name: 'home', id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown });
    await made.update((locations) => [...locations, location]);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect((await stat(made.path)).mode & 0o777).toBe(0o600);
    const opened = await openConfigFile(dataDir);
    expect(opened.instance).toEqual(made.instance);
    expect(opened.locations()).toEqual([location]);
    await expect(createConfigFile(dataDir)).rejects.toMatchObject({ code: 'already-initialised' });
    expect(await readdir(dataDir)).toEqual(['config.json']);
  });

  test('changes build on what is in the file, also if another process wrote it', async () => {
    const dataDir = await temporaryFolder();
    const one = await createConfigFile(dataDir);
    const other = await openConfigFile(dataDir);
    await Promise.all([
      one.update((locations) => [...locations, { ...location, id: 'local-aaaa' }]),
      one.update((locations) => [...locations, { ...location, id: 'local-bbbb' }]),
    ]);
    await other.update((locations) => [...locations, { ...location, id: 'local-cccc' }]);
    expect(other.locations().map(({ id }) => id)).toEqual(['local-aaaa', 'local-bbbb', 'local-cccc']);
  });

  test('settings are kept beside the locations, and only such as are right', async () => {
    const dataDir = await temporaryFolder();
    const settings = createSettings(await createConfigFile(dataDir));
    expect(settings.get()).toEqual({});
    expect(await settings.set({ encryption: 'v3', compressionLevel: 0 })).toEqual({ encryption: 'v3', compressionLevel: 0 });
    expect(await settings.set({ encryption: undefined, isolation: 'inline' })).toEqual({ compressionLevel: 0, isolation: 'inline' });
    expect((await openConfigFile(dataDir)).settings()).toEqual({ compressionLevel: 0, isolation: 'inline' });
    await settings.set({ isolation: undefined });
    const opened = await openConfigFile(dataDir);
    await opened.update(() => [location]);
    expect((await openConfigFile(dataDir)).settings()).toEqual({ compressionLevel: 0 });
    for (const wrong of [{ encryption: 'v1' }, { compressionLevel: 10 }, { isolation: 'thread' }, []]) {
      await writeFile(opened.path, JSON.stringify({ version: 1, instance: opened.instance, locations: [], settings: wrong }));
      await expect(openConfigFile(dataDir)).rejects.toMatchObject({ code: 'config-damaged' });
    }
  });

  test('a data directory without one is not initialised', async () => {
    const dataDir = await temporaryFolder();
    await expect(openConfigFile(dataDir)).rejects.toMatchObject({ code: 'not-initialised', details: { folder: dataDir } });
  });

  test.each([
    ['', 'config-damaged', 'it is not complete JSON'],
    ['{"version":1,"instance":{"id":"a"', 'config-damaged', 'it is not JSON at position'],
    ['[]', 'config-damaged', 'it does not hold an object'],
    ['{}', 'config-damaged', 'version is not a number'],
    ['{"version":1}', 'config-damaged', 'instance is not an object'],
    [
      '{"version":1,"instance":{"id":"a","name":"b","createdAt":"c"},"locations":[{"id":"x"}]}',
      'config-damaged',
      'locations[0].title is not',
    ],
    ['{"version":2}', 'config-too-new', 'format 2, this one knows 1'],
  ])('%j is told with the file and never overwritten', async (content, code, reason) => {
    const dataDir = await temporaryFolder();
    const opened = await createConfigFile(dataDir);
    await writeFile(opened.path, content);
    const refused = {
      code,
      message: expect.stringContaining(reason) as unknown,
      details: expect.objectContaining({ file: opened.path }) as unknown,
    };
    await expect(openConfigFile(dataDir)).rejects.toMatchObject(refused);
    await expect(createConfigFile(dataDir)).rejects.toMatchObject(refused);
    await expect(opened.update(() => [])).rejects.toMatchObject(refused);
    expect(await readFile(opened.path, 'utf8')).toBe(content);
  });

  test('one that was removed meanwhile is not made anew', async () => {
    const opened = await createConfigFile(await temporaryFolder());
    await rm(opened.path);
    await expect(opened.update(() => [])).rejects.toMatchObject({ code: 'config-damaged' });
  });
});
