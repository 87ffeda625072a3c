import fs, { readdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bodyOf } from './bodies.fixture.js';
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

/** From now on, until the test ends, a call of every file fails as it does where the disk has lost a block. */
async function breakDisk(call: 'write' | 'sync'): Promise<void> {
  const file = await open(process.execPath);
  const prototype = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  const failing = () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO', errno: -5, syscall: call }));
  const calls = call === 'sync' ? ['sync', 'datasync'] : [call];
  const originals = calls.map((name) => [name, Reflect.get(prototype, name) as unknown] as const);
  for (const name of calls) Reflect.set(prototype, name, failing);
  onTestFinished(() => {
    for (const [name, original] of originals) Reflect.set(prototype, name, original);
  });
}
