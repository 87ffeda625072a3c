import fs, { readdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bodyOf, streamOf } from './bodies.fixture.js';
import { expectCode, keysOf } from './calls.fixture.js';
import { locationId, openLocal, temporaryFolder } from './local.fixture.js';
import { markerName } from './own-files.js';

const { signal } = new AbortController();

test.each(['write', 'sync'] as const)('what can not be written or synced is no success, and nothing of it stays (%s)', async (call) => {
  const folder = await temporaryFolder();
  const location = await openLocal(folder);
  await location.put('a.tar', bodyOf('what was there'), { signal });
  await breakDisk(call);
  const error = await expectCode(location.put('a.tar', bodyOf('what is to come'), { signal }), 'unavailable');
  expect(error.message).toContain('input/output error');
  expect(readdirSync(folder).sort()).toEqual([markerName(locationId), 'a.tar'].sort());
  expect(await keysOf(location)).toEqual(['a.tar']);
  expect(fs.readFileSync(join(folder, 'a.tar'), 'utf8')).toBe('what was there');
});

test.each([1, 5, 8, 12])('what the system takes a part of at first (%d bytes) is written all the same', async (taken) => {
  const folder = await temporaryFolder();
  const location = await openLocal(folder);
  const prototype = await fileHandles();
  const { writev } = prototype;
  prototype.writev = async function partly(this: FileHandle, chunks: readonly NodeJS.ArrayBufferView[], position?: number) {
    const { bytesWritten } = await this.write(Buffer.concat(chunks as Uint8Array[]), 0, taken, position);
    return { bytesWritten, buffers: chunks };
  } as FileHandle['writev'];
  onTestFinished(() => {
    prototype.writev = writev;
  });
  await location.put('a.tar', streamOf(['first', 'and', 'last'].map((text) => Buffer.from(text))), { signal });
  expect(fs.readFileSync(join(folder, 'a.tar'), 'utf8')).toBe('firstandlast');
});

async function fileHandles(): Promise<FileHandle> {
  const file = await open(process.execPath);
  await file.close();
  return Object.getPrototypeOf(file) as FileHandle;
}

/** From now on, until the test ends, a call of every file fails as it does where the disk has lost a block. */
async function breakDisk(call: 'write' | 'sync'): Promise<void> {
  const prototype = await fileHandles();
  const failing = () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO', errno: -5, syscall: call }));
  const calls = { write: ['write', 'writev'], sync: ['sync', 'datasync'] }[call];
  const originals = calls.map((name) => [name, Reflect.get(prototype, name) as unknown] as const);
  for (const name of calls) Reflect.set(prototype, name, failing);
  onTestFinished(() => {
    for (const [name, original] of originals) Reflect.set(prototype, name, original);
  });
}
