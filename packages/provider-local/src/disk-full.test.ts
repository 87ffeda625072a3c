import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { bodyOf } from './bodies.fixture.js';
import { expectCode, keysOf } from './calls.fixture.js';
import { markerName } from './own-files.js';
import { locationId, openLocal, temporaryFolder } from './local.fixture.js';

const { signal } = new AbortController();
const mebibyte = 1024 * 1024;

function zeros(size: number): ReadableStream<Uint8Array> {
  let left = size;
  return new ReadableStream({
    pull(controller) {
      const length = Math.min(left, 65_536);
      if (length === 0) return controller.close();
      left -= length;
      return controller.enqueue(new Uint8Array(length));
    },
  });
}

/** A file system of 2 MiB, `undefined` where this user may not mount one. */
function mountSmallDisk(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-disk-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'holdfast-test', folder]).status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

const disk = mountSmallDisk();
afterAll(() => {
  if (disk === undefined) return;
  execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true });
});

describe.skipIf(disk === undefined)('a full disk (needs the right to mount a tmpfs)', () => {
  const open = () => openLocal(disk ?? '');

  test('fails an upload of unknown size clearly, removes it, and leaves what was there', async () => {
    const location = await open();
    await location.put('earlier.tar', zeros(mebibyte), { signal });
    const error = await expectCode(location.put('folder/large.tar', zeros(4 * mebibyte), { signal }), 'quota-exceeded');
    expect(error.message).toMatch(/^Writing "folder\/large.tar" in ".*" failed: there is no space left \(ENOSPC\)\.$/);
    expect(await readdir(disk ?? '', { recursive: true })).toEqual([markerName(locationId), 'earlier.tar']);
    expect(await location.head('earlier.tar', { signal })).toMatchObject({ size: mebibyte });
    await location.delete('earlier.tar', { signal });
  });

  test('refuses a size that does not fit before a byte is read', async () => {
    const location = await open();
    const body = zeros(3 * mebibyte);
    const error = await expectCode(location.put('a', body, { signal, size: 3 * mebibyte }), 'quota-exceeded');
    expect(error.message).toMatch(/2\.0 MiB are free, of which 0\.0 MiB are kept free, 3\.0 MiB are needed/);
  });

  test('keeps a reserve that small objects may use', async () => {
    const location = await open();
    const { free = 0 } = await location.usage({ signal });
    await location.put('large', zeros(free - 8_192), { signal });
    await expectCode(location.put('more', zeros(1), { signal }), 'quota-exceeded');
    await location.put('small', bodyOf('sidecar'), { signal, size: 7 });
    expect(await keysOf(location)).toEqual(['large', 'small']);
  });
});

const hasPrlimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;

test.skipIf(!hasPrlimit)('a file size limit fails an upload clearly and removes it (needs prlimit)', async () => {
  const folder = await temporaryFolder();
  const location = await openLocal(folder);
  // The system's signal for it would end the process.
  const ignore = () => {};
  process.on('SIGXFSZ', ignore);
  const limit = (size: string) => execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${size}:`]);
  onTestFinished(() => {
    limit('unlimited');
    process.off('SIGXFSZ', ignore);
  });
  limit(String(mebibyte));
  const error = await expectCode(location.put('a', zeros(3 * mebibyte), { signal }), 'too-large');
  expect(error.message).toContain('EFBIG');
  expect(await keysOf(location)).toEqual([]);
  expect(await readdir(folder)).toEqual([markerName(locationId)]);
});
