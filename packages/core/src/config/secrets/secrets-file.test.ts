import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog, temporaryFolder } from '../../providers/package.fixture.js';
import { noKeyring } from './keyring.fixture.js';
import { openSecretStore } from './open-secret-store.js';

async function openFile(dataDir: string, warn: (message: string) => void = () => {}) {
  const store = await openSecretStore({
    dataDir,
    instanceId: 'i',
    log: { ...silentLog, warn },
    environment: { HOLDFAST_SECRETS: 'file' },
    loadKeyring: noKeyring,
  });
  return { store, path: join(dataDir, 'secrets.json') };
}

test('keeps secrets by owner, in a file for its owner alone that comes with the first secret', async () => {
  const dataDir = await temporaryFolder();
  const { store, path } = await openFile(dataDir);
  await store.set('none', undefined);
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  await Promise.all([store.set('a', { key: 'one' }), store.set('b', { key: 'two', token: 'three' })]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await store.set('a', undefined);
  expect(await (await openFile(dataDir)).store.of('b')).toEqual({ key: 'two', token: 'three' });
  expect(await store.of('a')).toEqual({});
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 1, secrets: { b: { key: 'two', token: 'three' } } });
});

test.skipIf(process.platform === 'win32')('one that others may read is closed to them, with a warning', async () => {
  const warnings: string[] = [];
  const { store, path } = await openFile(await temporaryFolder(), (message) => void warnings.push(message));
  await store.set('a', { key: 'one' });
  await chmod(path, 0o644);
  expect(await store.of('a')).toEqual({ key: 'one' });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(warnings).toEqual([expect.stringContaining('could be read by other users')]);
});

test('what a killed process left half-written goes with the next change', async () => {
  const dataDir = await temporaryFolder();
  const { store } = await openFile(dataDir);
  for (const name of ['secrets.json.0123456789ab.tmp', 'secrets.encrypted.json.0123456789ab.tmp', 'secrets.json.mine.tmp'])
    await writeFile(join(dataDir, name), '{');
  await store.set('a', { key: 'one' });
  expect(await readdir(dataDir)).toEqual(['secrets.json', 'secrets.json.mine.tmp']);
});

test('a damaged one is told without what stands in it, and never overwritten', async () => {
  const { store, path } = await openFile(await temporaryFolder());
  await writeFile(path, '{"version":1,"secrets":{"a":{"key":hunter2}}}', { mode: 0o600 });
  const error: unknown = await store.set('a', { key: 'new' }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'config-damaged' });
  expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('hunter2');
  expect(await readFile(path, 'utf8')).toContain('hunter2');
});
