import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { acquireLock } from '../../base/process-lock.js';
import { silentLog, temporaryFolder } from '../package.fixture.js';
import { placeVersion, memoryName, writeLock } from './locked.fixture.js';
import { providerFolders } from './provider-folders.js';
import { createProviderPackages } from './provider-packages.js';

function packagesOf(dataDir: string) {
  return createProviderPackages({ dataDir, hostVersion: '1.0.0', log: silentLog, activate: async () => {} });
}

test('while one process changes the packages, another is told who it is', async () => {
  const dataDir = await temporaryFolder();
  await writeLock(dataDir, await placeVersion(dataDir, '1.0.0'));
  const taken = await acquireLock(providerFolders(dataDir).processLock, 'installing a piano');
  if (taken.state !== 'held') throw new Error('Nobody else has it.');
  await expect(packagesOf(dataDir).disable(memoryName)).rejects.toMatchObject({
    code: 'install-busy',
    details: { pid: process.pid, purpose: 'installing a piano' },
  });
  await taken.lock[Symbol.asyncDispose]();
  expect(await packagesOf(dataDir).disable(memoryName)).toMatchObject({ state: 'disabled' });
});

test('changes that are asked for at once happen one after the other', async () => {
  const dataDir = await temporaryFolder();
  const previous = await placeVersion(dataDir, '1.0.0');
  await writeLock(dataDir, await placeVersion(dataDir, '1.1.0'), { previous });
  const packages = packagesOf(dataDir);
  await Promise.all([packages.disable(memoryName), packages.rollback(memoryName), packages.pin(memoryName)]);
  expect(packages.get(memoryName)).toMatchObject({ state: 'disabled', version: '1.0.0', pinned: true });
});

test('what an interrupted change left is removed by the next one, and nothing else', async () => {
  const dataDir = await temporaryFolder();
  const { staging, packages } = providerFolders(dataDir);
  const previous = await placeVersion(dataDir, '1.0.0');
  await writeLock(dataDir, await placeVersion(dataDir, '1.1.0'), { previous });
  await placeVersion(dataDir, '1.2.0');
  const left = [join(staging, 'half'), join(packages, 'nobody', '1.0.0'), join(packages, '@nobody', 'else', '1.0.0')];
  for (const folder of left) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'file'), '');
  }
  await packagesOf(dataDir).pin(memoryName);
  expect([...left, staging, join(packages, 'nobody'), join(packages, '@nobody')].filter(existsSync)).toEqual([]);
  expect(['1.0.0', '1.1.0', '1.2.0'].filter((version) => existsSync(join(packages, memoryName, version)))).toEqual(['1.0.0', '1.1.0']);
  expect(await packagesOf(dataDir).check()).toEqual([]);
});

test('a package is not removed while locations use it, unless by force', async () => {
  const dataDir = await temporaryFolder();
  await writeLock(dataDir, await placeVersion(dataDir, '1.0.0'));
  const locationsOf = (types: readonly string[]) => (types.includes('memory') ? ['Cellar', 'Attic'] : []);
  const packages = createProviderPackages({ dataDir, hostVersion: '1.0.0', log: silentLog, activate: async () => {}, locationsOf });
  await expect(packages.remove(memoryName)).rejects.toMatchObject({
    code: 'location-uses-provider',
    details: { locations: '"Cellar", "Attic"' },
  });
  expect(packages.list()).toHaveLength(1);
  await packages.remove(memoryName, { force: true });
  expect(packages.list()).toEqual([]);
});

test('a package that is not installed is told with the nearest one', async () => {
  const dataDir = await temporaryFolder();
  await writeLock(dataDir, await placeVersion(dataDir, '1.0.0'));
  expect(() => packagesOf(dataDir).get('@example/provider-memroy')).toThrow(`Did you mean "${memoryName}"?`);
});
