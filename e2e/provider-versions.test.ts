import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type ProviderFiles, writeProvider } from './provider-package.fixture.js';
import { keptVersions, makePackagesPlace, type PackagesPlace, refusalCode } from './provider-packages.fixture.js';
import { startRegistry, type TestRegistry } from './registry/registry.fixture.js';

let registry: TestRegistry;

beforeAll(async () => {
  registry = await startRegistry();
}, 300_000);

afterAll(() => registry?.stop());

function place(): PackagesPlace {
  const made = makePackagesPlace(registry);
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

const publish = (files: ProviderFiles, tag?: string) => registry.publish(writeProvider(files), tag);

test('update, rollback, pin, disable and remove', async () => {
  const name = 'holdfast-provider-aging';
  await publish({ name });
  const { packages, call, dataDir } = place();
  await packages.install(name, call);
  await expect(packages.rollback(name)).rejects.toMatchObject({ code: 'no-previous-version' });
  expect(await packages.update(name, call)).toMatchObject({ outcome: 'unchanged' });

  await publish({ name, version: '1.1.0' });
  expect(await packages.update(name, call)).toMatchObject({
    outcome: 'updated',
    replaced: '1.0.0',
    provider: { version: '1.1.0', previous: { version: '1.0.0' } },
  });
  await publish({ name, version: '1.2.0' });
  await packages.update(name, call);
  // One good version before is kept, and no more.
  expect(keptVersions(dataDir, name)).toEqual(['1.1.0', '1.2.0']);

  expect(await packages.rollback(name)).toMatchObject({ version: '1.1.0', previous: { version: '1.2.0' } });
  expect(await packages.pin(name)).toMatchObject({ pinned: true });
  expect(await packages.update(name, call)).toMatchObject({ outcome: 'pinned', provider: { version: '1.1.0' } });
  expect(await refusalCode(packages.pin(name, '1.0.0'))).toBe('version-not-installed');
  expect(await packages.pin(name, '1.2.0')).toMatchObject({ version: '1.2.0', pinned: true });
  await packages.pin(name, '1.1.0');
  await packages.unpin(name);
  expect(await packages.update(name, call)).toMatchObject({
    outcome: 'updated',
    provider: { version: '1.2.0', previous: { version: '1.1.0' } },
  });
  expect(await packages.check()).toEqual([]);

  expect(await packages.disable(name)).toMatchObject({ state: 'disabled' });
  expect(await packages.enable(name)).toMatchObject({ state: 'enabled' });
  await packages.remove(name);
  expect(packages.list()).toEqual([]);
  expect(keptVersions(dataDir, name)).toEqual([]);
  await expect(packages.remove(name)).rejects.toMatchObject({ code: 'provider-not-installed' });
});

test('what asks for more is asked about, and after a no the version before stays', async () => {
  const name = 'holdfast-provider-greedy';
  await publish({ name, permissions: { network: ['*.example.com'] } });
  const { packages, call, asked, answer } = place();
  answer(false);
  expect(await refusalCode(packages.install(name, call))).toBe('permissions-not-granted');
  answer(true);
  await packages.install(name, call);
  await publish({ name, version: '1.1.0', permissions: { network: ['api.example.com'] } });
  await packages.update(name, call);
  expect(asked).toHaveLength(2);

  await publish({ name, version: '1.2.0', permissions: { network: ['api.example.com', 'example.org'], filesystem: 'config' } });
  answer(false);
  await expect(packages.update(name, call)).rejects.toMatchObject({
    code: 'permissions-not-granted',
    message: expect.stringContaining('network: example.org; files: the paths in the settings of its locations.') as unknown,
  });
  expect(asked.at(-1)).toMatchObject({ replaces: '1.1.0', added: { network: ['example.org'], filesystem: 'config' } });
  expect(packages.get(name).version).toBe('1.1.0');
  answer(true);
  expect(await packages.update(name, call)).toMatchObject({ outcome: 'updated', provider: { granted: { filesystem: 'config' } } });
});

test('what was changed on the disk is found, and mended by installing it again', async () => {
  const name = 'holdfast-provider-bent';
  await publish({ name });
  const { packages, call } = place();
  const { provider } = await packages.install(name, call);
  writeFileSync(join(provider.folder, 'main.js'), 'bent');
  expect((await packages.check()).map(({ error }) => error.code)).toEqual(['package-damaged']);
  expect(await packages.install(name, call)).toMatchObject({ outcome: 'updated', replaced: '1.0.0' });
  expect(await packages.check()).toEqual([]);
  expect(packages.get(name).previous).toBeUndefined();
});

test('without the registry all that is installed goes on working', async () => {
  const name = 'holdfast-provider-offline';
  await publish({ name });
  const online = place();
  await online.packages.install(name, online.call);
  await publish({ name, version: '1.1.0' });
  await online.packages.update(name, online.call);
  const { packages, call } = makePackagesPlace({ ...registry, url: 'http://127.0.0.1:1/' }, online.dataDir);
  expect(await refusalCode(packages.update(name, call))).toBe('registry-unreachable');
  expect(await packages.rollback(name)).toMatchObject({ version: '1.0.0' });
  expect(await packages.check()).toEqual([]);
});

test('a call that is aborted ends soon and leaves nothing', async () => {
  const name = 'holdfast-provider-hurried';
  await publish({ name });
  const { packages, call, dataDir } = place();
  const controller = new AbortController();
  const onProgress = ({ phase }: { phase: string }) => phase === 'fetching' && controller.abort(new Error('enough'));
  await expect(packages.install(name, { ...call, signal: controller.signal, onProgress })).rejects.toThrow('enough');
  expect(packages.list()).toEqual([]);
  expect(keptVersions(dataDir, name)).toEqual([]);
  expect(await packages.install(name, call)).toMatchObject({ outcome: 'installed' });
});
