import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openProviderRegistry, type ProviderRegistryOptions } from './registry.js';
import { manifestWith, memoryManifest, temporaryFolder, writePackage } from './package.fixture.js';

async function open(options: ProviderRegistryOptions) {
  const registry = await openProviderRegistry({ hostVersion: '1.4.0', ...options });
  onTestFinished(() => registry[Symbol.asyncDispose]());
  return registry;
}

describe('the registry', () => {
  test('finds packages side by side, in scopes, behind links and as the folder itself, and passes over others', async () => {
    const folder = await temporaryFolder();
    const modules = join(folder, 'node_modules');
    await writePackage(join(modules, 'provider-a'), { manifest: manifestWith({ id: 'a' }, { name: 'provider-a' }) });
    await writePackage(join(modules, '@example', 'provider-b'), { manifest: manifestWith({ id: 'b' }) });
    const linked = await writePackage(join(folder, 'elsewhere'), { manifest: manifestWith({ id: 'c' }, { name: 'provider-c' }) });
    await symlink(linked, join(modules, 'provider-c'));
    await writePackage(join(modules, 'left-pad'), { manifest: { name: 'left-pad', version: '1.0.0', keywords: ['holdfast'] } });
    await writePackage(join(modules, 'app'), { manifest: { name: 'app', version: '1.0.0', holdfast: { theme: 'dark' } } });
    await mkdir(join(modules, 'empty'));
    await writeFile(join(modules, 'file'), '');
    const single = await writePackage(join(folder, 'single'), { manifest: manifestWith({ id: 'd' }, { name: 'provider-d' }) });
    const registry = await open({ folders: [modules, single, linked] });
    expect(registry.problems()).toEqual([]);
    expect(registry.types().map(({ id, package: { name, folder: place } }) => [id, name, place])).toEqual([
      ['a', 'provider-a', join(modules, 'provider-a')],
      ['b', '@example/provider-memory', join(modules, '@example', 'provider-b')],
      ['c', 'provider-c', linked],
      ['d', 'provider-d', single],
    ]);
  });

  test('tells what it found but can not use, and uses the rest', async () => {
    const folder = await temporaryFolder();
    await writePackage(join(folder, 'bad'), { manifest: manifestWith({ id: 'BAD' }) });
    await writePackage(join(folder, 'broken'), { files: { 'package.json': '{ "holdfast": ' } });
    await writePackage(join(folder, 'careless'), { manifest: { name: 'careless', version: '1.0.0', keywords: ['holdfast-provider'] } });
    await writePackage(join(folder, 'first'), { manifest: manifestWith({ id: 'a' }, { name: 'first' }) });
    await writePackage(join(folder, 'second'), { manifest: manifestWith({ id: 'a' }, { name: 'second' }) });
    const missing = join(folder, 'missing');
    const registry = await open({ folders: [missing, folder, folder] });
    expect(registry.types().map((type) => type.package.name)).toEqual(['first']);
    expect(registry.problems().map(({ folder: place, error }) => [place, error.code])).toEqual([
      [missing, 'provider-folder-missing'],
      [join(folder, 'bad'), 'manifest-invalid'],
      [join(folder, 'broken'), 'manifest-invalid'],
      [join(folder, 'careless'), 'manifest-invalid'],
      [join(folder, 'second'), 'duplicate-provider'],
    ]);
  });

  test.each([
    ['*', true],
    ['1.x', true],
    ['^1.2.3', true],
    ['~1.4', true],
    ['>=1.0.0 <2', true],
    ['^0.9.0 || ^1.0.0', true],
    ['^2.0.0', false],
    ['~1.3', false],
    ['<1.4.0', false],
  ])('a package for Holdfast %s is usable with 1.4.0: %s', async (range, usable) => {
    const folder = await writePackage(await temporaryFolder(), { manifest: { ...memoryManifest, engines: { holdfast: range } } });
    const registry = await open({ folders: [folder] });
    expect(registry.types()).toHaveLength(usable ? 1 : 0);
    if (usable) return;
    expect(registry.problems()[0]?.error.message).toBe(
      `Provider package @example/provider-memory@1.2.3 works with Holdfast ${range}, and this is Holdfast 1.4.0.`,
    );
    expect(() => registry.type('memory')).toThrow('works with Holdfast');
  });

  test('a range that is none is a fault of the manifest', async () => {
    const folder = await writePackage(await temporaryFolder(), { manifest: { ...memoryManifest, engines: { holdfast: 'newest' } } });
    const registry = await open({ folders: [folder] });
    expect(registry.problems()[0]?.error).toMatchObject({ code: 'manifest-invalid' });
    expect(registry.problems()[0]?.error.message).toContain('engines.holdfast: found "newest", expected a range of versions');
  });

  test('an unknown type is told with the nearest one', async () => {
    const registry = await open({ folders: [await writePackage(await temporaryFolder())] });
    expect(() => registry.type('memroy')).toThrow('There is no provider type "memroy". Did you mean "memory"?');
    expect(() => registry.type('tape')).toThrow(/^There is no provider type "tape"\.$/);
  });

  test('an app brings providers along', async () => {
    const contribution = {
      id: 'inline',
      label: 'Inline',
      configVersion: 1,
      configSchema: { type: 'object', properties: { pin: { type: 'string', 'x-secret': true } } },
    };
    const manifest = { name: 'app', version: '1.0.0', holdfast: { contributes: { providers: [contribution] } } };
    const definition = { open: () => Promise.reject(new Error('not opened here')) };
    const registry = await open({ inline: [{ manifest, definition }] });
    expect(registry.type('inline')).toMatchObject({ secretFields: ['pin'], package: { name: 'app', folder: undefined } });
  });
});
