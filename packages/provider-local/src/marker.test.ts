import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locationId, openLocal, temporaryFolder } from './local.fixture.js';
import { bodyOf } from './bodies.fixture.js';
import { expectCode, keysOf } from './calls.fixture.js';

const { signal } = new AbortController();
const marker = `.holdfast-location-${locationId}`;

describe('the marker', () => {
  test('the first use makes the folder, for its owner alone, and the marker', async () => {
    const folder = join(await temporaryFolder(), 'backups');
    await openLocal(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(folder)).toEqual([marker]);
  });

  test('without the folder above, the setting is at fault', async () => {
    const folder = join(await temporaryFolder(), 'not', 'there');
    expect(await expectCode(openLocal(folder), 'invalid-config')).toMatchObject({ field: 'path' });
  });

  test('a later use makes nothing: a missing folder is unavailable', async () => {
    const folder = join(await temporaryFolder(), 'backups');
    const location = await openLocal(folder, { firstUse: false });
    const error = await expectCode(location.put('a', bodyOf('x'), { signal }), 'unavailable');
    expect(error.message).toContain('is not there: the disk or share that holds it is most likely not mounted');
    await expectCode(keysOf(location), 'unavailable');
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });

  test('an empty mount point is not written to, and not taken for a place without backups', async () => {
    const folder = await temporaryFolder();
    const location = await openLocal(folder, { firstUse: false });
    await expectCode(location.put('a', bodyOf('x'), { signal }), 'unavailable');
    await expectCode(location.delete('a', { signal }), 'unavailable');
    await expectCode(location.check({ signal }), 'unavailable');
    await expectCode(location.usage({ signal }), 'unavailable');
    await expectCode(location.sweep({ signal }), 'unavailable');
    await expectCode(keysOf(location), 'unavailable');
    await expectCode(location.head('a', { signal }), 'unavailable');
    await expectCode(location.get('a', { signal }), 'unavailable');
    expect(await readdir(folder)).toEqual([]);
  });

  test('what is there can be read without the marker', async () => {
    const folder = await temporaryFolder();
    const location = await openLocal(folder);
    await location.put('a', bodyOf('x'), { signal });
    await rm(join(folder, marker));
    expect(await keysOf(location)).toEqual(['a']);
    expect(await location.head('a', { signal })).toMatchObject({ size: 1 });
    await expectCode(location.put('b', bodyOf('x'), { signal }), 'unavailable');
  });

  test('several locations share a folder, and one whose marker is elsewhere is refused', async () => {
    const folder = await temporaryFolder();
    await openLocal(folder, { locationId: 'local-aaaa' });
    const second = await openLocal(folder, { locationId: 'local-bbbb' });
    await second.put('a', bodyOf('x'), { signal });
    expect(await readdir(folder)).toEqual(['.holdfast-location-local-aaaa', '.holdfast-location-local-bbbb', 'a']);
    const third = await openLocal(folder, { locationId: 'local-cccc', firstUse: false });
    await expectCode(third.put('a', bodyOf('x'), { signal }), 'unavailable');
  });

  test('a share that vanishes during an upload fails it', async () => {
    const above = await temporaryFolder();
    const folder = join(above, 'mount');
    const location = await openLocal(folder);
    // The share goes between the first bytes and the end: when the upload has begun, and not before.
    async function* content() {
      yield Buffer.from('x');
      await rename(folder, join(above, 'gone'));
      await mkdir(folder);
      await writeFile(join(folder, 'other'), '');
    }
    const body = ReadableStream.from(content());
    await expectCode(location.put('a', body, { signal }), 'unavailable');
    expect(await readdir(folder)).toEqual(['other']);
  });
});
