import { existsSync } from 'node:fs';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { manifestWith, memoryManifest, refusalOf, silentLog, temporaryFolder } from '../package.fixture.js';
import { HoldfastError } from '../../base/errors.js';
import { createInlineRuntime } from '../inline-runtime.js';
import type { ProviderPackage } from '../provider-package.js';
import { openProviderRegistry, type ProviderRegistryOptions } from '../registry.js';
import type { FellBack } from './installed-runtimes.js';
import { readLockFile } from './lock-file.js';
import { memoryName, placeVersion, writeLock } from './locked.fixture.js';
import { createChanges } from './package-changes.js';
import { folderOf, providerFolders } from './provider-folders.js';

async function open(dataDir: string, options: ProviderRegistryOptions = {}) {
  const registry = await openProviderRegistry({ installed: dataDir, hostVersion: '1.0.0', ...options });
  onTestFinished(() => registry[Symbol.asyncDispose]());
  return registry;
}

const codeOf = (ask: () => unknown) => refusalOf((async () => ask())()).then(({ code }) => code);
const call = () => ({ log: silentLog, signal: AbortSignal.timeout(20_000), firstUse: true, stateFolder: '/nowhere', locationId: 'here' });

test('an installed package is read when one of its types is asked for, and not before', async () => {
  const dataDir = await temporaryFolder();
  const active = await placeVersion(dataDir, '1.2.3');
  await writeLock(dataDir, active);
  const registry = await open(dataDir);
  expect(() => registry.type('memroy')).toThrow('Did you mean "memory"?');
  const folder = folderOf(providerFolders(dataDir), active);
  // What was never read can still change.
  await writeFile(join(folder, 'package.nls.json'), JSON.stringify({ 'memory.label': 'Late shelf', 'memory.shelf': 'Shelf' }));
  expect(registry.type('memory')).toMatchObject({ label: 'Late shelf', package: { name: memoryName, version: '1.2.3', folder } });
  expect(registry.types().map(({ id }) => id)).toEqual(['memory']);
  expect(registry.problems()).toEqual([]);
});

test('what changed meanwhile is seen', async () => {
  const dataDir = await temporaryFolder();
  const registry = await open(dataDir);
  expect(registry.types()).toEqual([]);
  const first = await placeVersion(dataDir, '1.0.0');
  await writeLock(dataDir, first);
  expect(registry.type('memory').package.version).toBe('1.0.0');
  await writeLock(dataDir, await placeVersion(dataDir, '1.1.0'), { previous: first });
  expect(registry.type('memory').package.version).toBe('1.1.0');
  await writeLock(dataDir, first, { state: 'disabled' });
  expect(await codeOf(() => registry.type('memory'))).toBe('provider-disabled');
  expect(registry.types()).toEqual([]);
  expect(registry.problems()).toEqual([]);
});

test('texts come in the language of the host', async () => {
  const dataDir = await temporaryFolder();
  const files = { 'package.nls.de.json': JSON.stringify({ 'memory.label': 'Regal' }), 'package.nls.de-AT.json': '{"other":"anderes"}' };
  await writeLock(dataDir, await placeVersion(dataDir, '1.0.0', { files }));
  const german = (await open(dataDir, { locale: 'de-AT' })).type('memory');
  expect(german.label).toBe('Regal');
  expect(german.texts).toEqual({ 'memory.label': 'Regal', 'memory.shelf': 'Shelf', other: 'anderes' });
  expect((await open(dataDir)).type('memory').label).toBe('Memory shelf');
});

test('a package that asks for more than was granted is not used', async () => {
  const dataDir = await temporaryFolder();
  const holdfast = { ...memoryManifest.holdfast, permissions: { network: ['example.com'] } };
  const active = await placeVersion(dataDir, '1.0.0', { manifest: { ...memoryManifest, version: '1.0.0', holdfast } });
  await writeLock(dataDir, active);
  const registry = await open(dataDir);
  expect(await codeOf(() => registry.type('memory'))).toBe('permissions-not-granted');
  await writeLock(dataDir, active, { granted: { network: ['*.com', 'example.com'], filesystem: 'none' } });
  expect(registry.type('memory').id).toBe('memory');
});

test('if the files of a version are gone, the one before is used, and it is told', async () => {
  const dataDir = await temporaryFolder();
  const previous = await placeVersion(dataDir, '1.0.0');
  const active = await placeVersion(dataDir, '2.0.0');
  await writeLock(dataDir, active, { previous });
  await rm(folderOf(providerFolders(dataDir), active), { recursive: true });
  const registry = await open(dataDir);
  expect(registry.type('memory').package.version).toBe('1.0.0');
  expect(registry.problems().map(({ error }) => error.code)).toEqual(['package-damaged']);
});

test('a host that the package is not for says so, at the latest when it would run it', async () => {
  const dataDir = await temporaryFolder();
  const manifest = (range: string) => manifestWith({}, { version: '1.0.0', engines: { holdfast: range } });
  const usual = await placeVersion(dataDir, '1.0.0', { manifest: manifest('^1.0.0') });
  await writeLock(dataDir, { ...usual, range: '^1.0.0' });
  expect((await open(dataDir, { hostVersion: '1.4.0' })).type('memory').id).toBe('memory');
  expect(await codeOf(async () => (await open(dataDir, { hostVersion: '2.0.0' })).type('memory'))).toBe('provider-incompatible');
  const unusual = await placeVersion(dataDir, '1.0.0', { manifest: manifest('>=0.1.0 <1.5.0') });
  await writeLock(dataDir, { ...unusual, range: '>=0.1.0 <1.5.0' });
  const registry = await open(dataDir, { hostVersion: '1.6.0' });
  const runtime = registry.runtimeFor(registry.type('memory'));
  expect((await refusalOf(runtime.open('memory', { shelf: 'top' }, call()))).code).toBe('provider-incompatible');
});

test('others are not affected by a damaged list', async () => {
  const dataDir = await temporaryFolder();
  await writeLock(dataDir, await placeVersion(dataDir, '1.0.0'));
  await writeFile(providerFolders(dataDir).lockFile, '{');
  const contribution = { id: 'inline', label: 'Inline', configVersion: 1, configSchema: { type: 'object', properties: {} } };
  const manifest = { name: 'app', version: '1.0.0', holdfast: { contributes: { providers: [contribution] } } };
  const registry = await open(dataDir, { inline: [{ manifest, definition: { open: () => Promise.reject(new Error('no')) } }] });
  expect(registry.types().map(({ id }) => id)).toEqual(['inline']);
  expect(await codeOf(() => registry.type('memory'))).toBe('provider-lock-damaged');
  expect(registry.problems().map(({ error }) => error.code)).toEqual(['provider-lock-damaged']);
});

test('a version that can not be started any more gives way to the one before, for good', async () => {
  const dataDir = await temporaryFolder();
  const previous = await placeVersion(dataDir, '1.0.0');
  await writeLock(dataDir, await placeVersion(dataDir, '2.0.0', { source: 'throw new Error("out of order");' }), { previous });
  const fallen: FellBack[] = [];
  const registry = await open(dataDir, { onFellBack: (event) => void fallen.push(event) });
  const runtime = registry.runtimeFor(registry.type('memory'));
  // Both wait for the same start, and both get the version that works.
  const opened = await Promise.all([runtime.open('memory', { shelf: 'top' }, call()), runtime.open('memory', { shelf: 'low' }, call())]);
  expect(await opened[0].head('a', call())).toBeUndefined();
  expect(fallen.map(({ failed, version, error }) => [failed, version, error.code])).toEqual([
    ['2.0.0', '1.0.0', 'provider-activation-failed'],
  ]);
  const [locked] = readLockFile(providerFolders(dataDir));
  expect([locked?.active.version, locked?.previous]).toEqual(['1.0.0', undefined]);
  expect(registry.type('memory').package.version).toBe('1.0.0');
});

test('it does not get settings of another form', async () => {
  const dataDir = await temporaryFolder();
  const previous = await placeVersion(dataDir, '1.0.0');
  const broken = await placeVersion(dataDir, '2.0.0', { type: { configVersion: 2 }, source: 'throw new Error("out of order");' });
  await writeLock(dataDir, broken, { previous });
  const registry = await open(dataDir);
  const runtime = registry.runtimeFor(registry.type('memory'));
  expect((await refusalOf(runtime.open('memory', { shelf: 'top' }, call()))).code).toBe('provider-fell-back');
  expect(registry.type('memory').configVersion).toBe(1);
});

test('a version before that is gone, or too old for this host, is none to go back to', async () => {
  const dataDir = await temporaryFolder();
  const previous = await placeVersion(dataDir, '1.0.0');
  const broken = await placeVersion(dataDir, '2.0.0', { source: 'throw new Error("out of order");' });
  await writeLock(dataDir, broken, { previous });
  await rm(folderOf(providerFolders(dataDir), previous), { recursive: true });
  const registry = await open(dataDir);
  const runtime = registry.runtimeFor(registry.type('memory'));
  expect((await refusalOf(runtime.open('memory', { shelf: 'top' }, call()))).code).toBe('provider-activation-failed');
  expect(readLockFile(providerFolders(dataDir))[0]).toMatchObject({ active: { version: '2.0.0' }, previous: { version: '1.0.0' } });
});

test('what is wrong with the machine or a path is no fault of the version', async () => {
  const dataDir = await temporaryFolder();
  const previous = await placeVersion(dataDir, '1.0.0');
  await writeLock(dataDir, await placeVersion(dataDir, '2.0.0'), { previous });
  const busy = new HoldfastError('provider-not-started', 'No more processes.', 'Try again.');
  const createRuntime = (found: ProviderPackage) => ({ ...createInlineRuntime(found), activate: () => Promise.reject(busy) });
  const registry = await open(dataDir, { createRuntime });
  const runtime = registry.runtimeFor(registry.type('memory'));
  await expect(runtime.open('memory', { shelf: 'top' }, call())).rejects.toBe(busy);
  expect(readLockFile(providerFolders(dataDir))[0]?.active.version).toBe('2.0.0');
});

test('a data directory behind a symbolic link makes no difference', async () => {
  const real = await temporaryFolder();
  const dataDir = join(await temporaryFolder(), 'link');
  await symlink(real, dataDir, 'junction');
  const previous = await placeVersion(dataDir, '1.0.0');
  await writeLock(dataDir, await placeVersion(dataDir, '2.0.0', { source: 'throw new Error("out of order");' }), { previous });
  const registry = await open(dataDir);
  await registry.runtimeFor(registry.type('memory')).activate();
  expect(readLockFile(providerFolders(dataDir))[0]?.active.version).toBe('1.0.0');
});

test('files of a version that a process runs stay until it ends, whatever is changed meanwhile', async () => {
  const dataDir = await temporaryFolder();
  const old = await placeVersion(dataDir, '1.0.0');
  await writeLock(dataDir, old);
  const registry = await open(dataDir);
  await registry.runtimeFor(registry.type('memory')).activate();
  const change = createChanges(providerFolders(dataDir), dataDir);
  await change('removing it', (changes) => changes.drop(memoryName));
  const folder = folderOf(providerFolders(dataDir), old);
  expect(existsSync(folder)).toBe(true);
  await registry[Symbol.asyncDispose]();
  await change('nothing', async () => {});
  expect(existsSync(folder)).toBe(false);
});

test('without a version before, the error stays', async () => {
  const dataDir = await temporaryFolder();
  const manifest = manifestWith({}, { version: '1.0.0', exports: './gone.js' });
  await writeLock(dataDir, await placeVersion(dataDir, '1.0.0', { manifest }));
  const registry = await open(dataDir);
  const runtime = registry.runtimeFor(registry.type('memory'));
  expect((await refusalOf(runtime.open('memory', { shelf: 'top' }, call()))).code).toBe('provider-entry-missing');
  expect(readLockFile(providerFolders(dataDir))).toHaveLength(1);
});
