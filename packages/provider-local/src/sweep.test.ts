import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { locationId, openLocal, temporaryFolder } from './local.fixture.js';
import { markerName, newTemporaryName } from './own-files.js';
import { identityOf, ownIdentity } from './process-identity.js';

const { signal } = new AbortController();
const elsewhere = { machine: '00000000', pid: 1, start: 'unknown' };

async function startProcess() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  onTestFinished(() => void child.kill('SIGKILL'));
  const identity = identityOf(child.pid ?? 0);
  return {
    identity,
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('what a killed process left is removed at once, with the folder that it was in', async () => {
  const folder = await temporaryFolder();
  const location = await openLocal(folder);
  const writer = await startProcess();
  const leftOver = newTemporaryName('upload', locationId, writer.identity);
  await mkdir(join(folder, 'deep', 'er'), { recursive: true });
  for (const name of [leftOver, join('deep', 'er', leftOver), newTemporaryName('check', locationId, writer.identity)]) {
    await writeFile(join(folder, name), 'x');
  }
  expect(await location.sweep({ signal })).toBe(0);
  await writer.kill();
  expect(await location.sweep({ signal })).toBe(3);
  expect(await readdir(folder)).toEqual([markerName(locationId)]);
});

test.skipIf(process.platform !== 'linux')('a leftover of an earlier process with the same number is told from one of our own', async () => {
  const folder = await temporaryFolder();
  const location = await openLocal(folder);
  await writeFile(join(folder, newTemporaryName('upload', locationId, { ...ownIdentity(), start: '00000000' })), 'x');
  await writeFile(join(folder, newTemporaryName('upload', locationId)), 'x');
  expect(await location.sweep({ signal })).toBe(1);
});

test('what may still be written to, or is not ours, stays', async () => {
  const folder = await temporaryFolder();
  const location = await openLocal(folder);
  const stays = [
    newTemporaryName('upload', locationId, elsewhere),
    newTemporaryName('upload', 'local-zzzz', { ...elsewhere, pid: 2 }),
    '.holdfast-upload-something-else',
    'backup.tar',
  ];
  const old = newTemporaryName('upload', locationId, elsewhere);
  for (const name of [...stays, old]) await writeFile(join(folder, name), 'x');
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  for (const name of [old, ...stays.slice(1)]) await utimes(join(folder, name), twoDaysAgo, twoDaysAgo);
  expect(await location.sweep({ signal })).toBe(1);
  expect(await readdir(folder)).toEqual([markerName(locationId), ...stays].sort());
});
