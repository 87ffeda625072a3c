import fs, { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeFileAtomically } from '../base/atomic-file.js';

/** A disk that forgets what was not synced is not to be had; what is asked of it, and in which order, can be seen. */
test('a file of the data directory is synced before it gets its name, and the name before anybody is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'synced-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const calls = await watchDisk();
  await writeFileAtomically(join(folder, 'keys.json'), 'the only key');
  calls.push('done');
  expect(calls).toEqual(['write', 'sync', 'rename', 'sync', 'done']);
});

test('what can not be synced is no success, keeps what was there and leaves nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'synced-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'keys.json');
  await writeFileAtomically(path, 'the only key');
  await watchDisk(Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' }));
  await expect(writeFileAtomically(path, 'another key')).rejects.toThrow('EIO');
  expect(readFileSync(path, 'utf8')).toBe('the only key');
  expect(fs.readdirSync(folder)).toEqual(['keys.json']);
});

/** Notes the calls that matter, until the test ends. `failure`: of each sync. */
async function watchDisk(failure?: Error): Promise<string[]> {
  const calls: string[] = [];
  const handle = await fs.promises.open(process.execPath);
  const prototype = Object.getPrototypeOf(handle) as { sync: () => Promise<void>; writeFile: (data: unknown) => Promise<void> };
  await handle.close();
  const { sync, writeFile } = prototype;
  const { rename } = fs.promises;
  prototype.sync = async function noted(this: typeof handle) {
    calls.push('sync');
    if (failure !== undefined) throw failure;
    return sync.call(this);
  };
  prototype.writeFile = async function noted(this: typeof handle, data: unknown) {
    calls.push('write');
    return writeFile.call(this, data);
  };
  fs.promises.rename = async (from, to) => {
    calls.push('rename');
    return rename(from, to);
  };
  syncBuiltinESMExports();
  onTestFinished(() => {
    Object.assign(prototype, { sync, writeFile });
    fs.promises.rename = rename;
    syncBuiltinESMExports();
  });
  return calls;
}
