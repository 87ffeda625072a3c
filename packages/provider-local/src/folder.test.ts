import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { openLocal, temporaryFolder } from './local.fixture.js';
import { bodyOf, stalledBody, streamOf } from './bodies.fixture.js';
import { expectCode, keysOf } from './calls.fixture.js';

const { signal } = new AbortController();
const isRoot = process.getuid?.() === 0;

async function folderAndLocation() {
  const folder = await temporaryFolder();
  return { folder, location: await openLocal(folder) };
}

describe('the folder', () => {
  test("lists, reads and deletes other programs' files under their names, and leaves the rest alone", async () => {
    const { folder, location } = await folderAndLocation();
    await mkdir(join(folder, 'Années 2026'));
    await mkdir(join(folder, '@eaDir'));
    const foreign = ['Années 2026/été 10:00.tar', 'Automatic backup 2026.8.tar', 'zoë \u{1f600}.tar'];
    for (const name of foreign) await writeFile(join(folder, name), name);
    for (const name of ['.hidden.tar', '@eaDir/thumbnail', 'line\nbreak', 'a\\b']) await writeFile(join(folder, name), name);
    await writeFile(Buffer.concat([Buffer.from(`${folder}/latin-`), Buffer.of(0xe9)]), 'not UTF-8');
    execFileSync('mkfifo', [join(folder, 'pipe')]);

    expect(await keysOf(location)).toEqual(foreign);
    for (const name of foreign) expect((await buffer(await location.get(name, { signal }))).toString()).toBe(name);
    expect(await location.head('pipe', { signal })).toBeUndefined();
    await expectCode(location.get('pipe', { signal }), 'not-found');
    await location.delete('Années 2026/été 10:00.tar', { signal });
    expect(await keysOf(location)).toEqual(foreign.slice(1));
  });

  test('follows no link', async () => {
    const outside = await temporaryFolder();
    await writeFile(join(outside, 'secret'), 'untouched');
    const { folder, location } = await folderAndLocation();
    await symlink(join(outside, 'secret'), join(folder, 'file'));
    await symlink(outside, join(folder, 'linked'));

    expect(await keysOf(location)).toEqual([]);
    for (const key of ['file', 'linked/secret']) {
      expect(await location.head(key, { signal })).toBeUndefined();
      await expectCode(location.get(key, { signal }), 'not-found');
      await location.delete(key, { signal });
    }
    await expectCode(location.put('linked/new', bodyOf('x'), { signal }), 'internal');
    await location.put('file', bodyOf('replaces the link itself'), { signal });
    expect(await readdir(outside)).toEqual(['secret']);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('untouched');
    expect(await readlink(join(folder, 'linked'))).toBe(outside);
    expect((await stat(join(folder, 'file'))).mode & 0o777).toBe(0o600);
  });

  test('refuses a name that differs in case alone from one that is there', async () => {
    const { location } = await folderAndLocation();
    await location.put('Folder/a', bodyOf('x'), { signal });
    await expectCode(location.put('folder/b', bodyOf('x'), { signal }), 'internal');
    await expectCode(location.put('Folder/A', bodyOf('x'), { signal }), 'internal');
    expect(await keysOf(location)).toEqual(['Folder/a']);
  });

  test('a file in the way of a folder, and a folder in the way of a file, are told', async () => {
    const { folder, location } = await folderAndLocation();
    await location.put('a/b', bodyOf('x'), { signal });
    await expectCode(location.put('a', bodyOf('x'), { signal }), 'internal');
    await expectCode(location.put('a/b/c/d', bodyOf('x'), { signal }), 'internal');
    expect(await readdir(folder, { recursive: true })).toEqual([expect.stringContaining('.holdfast-location'), 'a', 'a/b']);
  });

  test('what fails or is deleted leaves no file and no folder', async () => {
    const { folder, location } = await folderAndLocation();
    const before = await readdir(folder);
    await expect(location.put('a/b/c', streamOf([Buffer.alloc(9), new Error('no more')]), { signal })).rejects.toThrow('no more');
    await location.put('a/b/c', bodyOf('x'), { signal });
    await location.delete('a/b/c', { signal });
    await location.check({ signal });
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  test.skipIf(process.platform !== 'linux')('keeps no file open, however a call ends', async () => {
    const { folder, location } = await folderAndLocation();
    await location.put('a', bodyOf('x'.repeat(2_000_000)), { signal });
    await buffer(await location.get('a', { signal }));
    await (await location.get('a', { signal })).cancel();
    await (await location.get('a', { signal, offset: 5_000_000 })).cancel();
    for (const stop of [new AbortController(), new AbortController()]) {
      const reader = (await location.get('a', { signal: stop.signal })).getReader();
      await reader.read();
      const late = reader.read().catch(() => {});
      stop.abort();
      await late;
    }
    const stop = new AbortController();
    const { body, state } = stalledBody(Buffer.alloc(10));
    const storing = location.put('b', body, { signal: stop.signal });
    await state.waiting;
    stop.abort();
    await expectCode(storing, 'cancelled');
    await expect.poll(() => openFilesIn(folder)).toEqual([]);
  });

  test.skipIf(isRoot)('a folder that may not be written to is told (needs a user other than root)', async () => {
    const { folder, location } = await folderAndLocation();
    await chmod(folder, 0o500);
    await expectCode(location.put('a', bodyOf('x'), { signal }), 'permission-denied');
    await chmod(folder, 0o700);
  });
});

async function openFilesIn(folder: string): Promise<string[]> {
  const links = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return links.filter((path) => path.startsWith(folder));
}
