import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { plainSource, type ProviderFiles, writeLibrary, writeProvider } from './provider-package.fixture.js';
import { codeOf, keptVersions, makePackagesPlace, type PackagesPlace, refusalCode } from './provider-packages.fixture.js';
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

describe('installing from the registry', () => {
  test('brings a package, its dependencies and the contract, and asks what it may do first', async () => {
    await registry.publish(writeLibrary('shared-words', '1.0.0'));
    await registry.publish(writeLibrary('shared-words', '2.0.0'));
    const source = `import { version } from 'shared-words';\nconsole.log(version);\n${plainSource}`;
    await publish({
      name: 'holdfast-provider-old',
      source,
      fields: { dependencies: { 'shared-words': '^1.0.0' } },
      permissions: { network: ['*.example.com'] },
    });
    await publish({ name: '@shelves/new', source, fields: { dependencies: { 'shared-words': '^2.0.0' } } });
    const { packages, call, asked, printed, dataDir } = place();

    expect(await packages.inspect('holdfast-provider-old')).toMatchObject({
      asks: { network: ['*.example.com'] },
      provenance: { state: 'absent' },
    });
    expect(existsSync(join(dataDir, 'providers'))).toBe(false);
    expect(await packages.install('holdfast-provider-old', call)).toMatchObject({
      outcome: 'installed',
      provider: { version: '1.0.0', types: ['old'] },
    });
    expect(await packages.install('@shelves/new@1.x', call)).toMatchObject({
      outcome: 'installed',
      provider: { spec: '@shelves/new@1.x' },
    });

    // Each has the version of the dependency that it asked for, and neither brought a core.
    expect(printed).toEqual(['1.0.0\n', '2.0.0\n']);
    expect(asked).toMatchObject([
      { name: 'holdfast-provider-old', version: '1.0.0', added: { network: ['*.example.com'], filesystem: 'none' }, lostProvenance: false },
      { name: '@shelves/new', added: { network: [], filesystem: 'none' } },
    ]);
    expect(packages.list().map(({ name, state, integrity }) => [name, state, integrity?.slice(0, 7)])).toEqual([
      ['@shelves/new', 'enabled', 'sha512-'],
      ['holdfast-provider-old', 'enabled', 'sha512-'],
    ]);
    expect(await packages.check()).toEqual([]);
    expect(await packages.install('@shelves/new@1.x', call)).toMatchObject({ outcome: 'unchanged' });
    const found = await packages.search('shelf');
    expect(new Map(found.map(({ name, installed }) => [name, installed]))).toEqual(
      new Map([
        ['@shelves/new', '1.0.0'],
        ['holdfast-provider-old', '1.0.0'],
      ]),
    );
  });

  test('runs no script of the package', async () => {
    const script = `node -e "require('fs').writeFileSync('ran', '')"`;
    await publish({
      name: 'holdfast-provider-scripted',
      fields: { scripts: { preinstall: script, install: script, postinstall: script, prepare: script } },
    });
    const { packages, call } = place();
    const { provider } = await packages.install('holdfast-provider-scripted', call);
    expect(existsSync(join(provider.folder, 'main.js'))).toBe(true);
    expect(existsSync(join(provider.folder, 'ran'))).toBe(false);
  });

  const broken: readonly [string, Omit<ProviderFiles, 'name'>, string][] = [
    ['has a bad manifest', { fields: { holdfast: { contributes: { providers: [{ id: 'BAD' }] } } } }, 'manifest-invalid'],
    ['is for another Holdfast', { fields: { engines: { holdfast: '^99.0.0' } } }, 'provider-incompatible'],
    ['has no entry', { fields: { exports: './dist/main.js' } }, 'provider-entry-missing'],
    ['throws on import', { source: `throw new Error('on import');` }, 'provider-activation-failed'],
    [
      'throws on activation',
      { source: `export default { open() {}, activate() { throw new Error('on activation'); } };` },
      'provider-activation-failed',
    ],
    ['hangs on activation', { source: `export default { open() {}, activate() { for (;;); } };` }, 'provider-activation-failed'],
    ['depends on the core', { fields: { dependencies: { '@holdfast/core': '0.1.0' } } }, 'core-bundled'],
    [
      'carries the core along',
      {
        files: { 'node_modules/@holdfast/core/package.json': '{"name":"@holdfast/core","version":"0.1.0"}' },
        fields: { bundleDependencies: ['@holdfast/core'] },
      },
      'core-bundled',
    ],
  ];

  test.each(broken)('a package that %s is refused, and an update to it leaves the version before in use', async (what, files, code) => {
    const name = `holdfast-provider-that-${what.replaceAll(' ', '-').toLowerCase()}`;
    await publish({ name, type: 'shelf' });
    await publish({ name, type: 'shelf', version: '1.1.0', ...files });
    const { packages, call, dataDir } = place();
    expect(await refusalCode(packages.install(name, call))).toBe(code);
    expect(packages.list()).toEqual([]);
    expect(keptVersions(dataDir, name)).toEqual([]);

    await packages.install(`${name}@1.0.0`, call);
    const outcome = await packages
      .update(name, call)
      .then((result) => (result.outcome === 'fell-back' ? result.failed.error.code : result.outcome), codeOf);
    expect(outcome).toBe(code);
    expect(packages.get(name)).toMatchObject({ version: '1.0.0' });
    expect(keptVersions(dataDir, name)).toEqual(['1.0.0']);
    expect(await packages.check()).toEqual([]);
  });

  test('a tarball that was changed in the registry is refused', async () => {
    await publish({ name: 'holdfast-provider-tampered' });
    const tarball = join(registry.storage, 'holdfast-provider-tampered', 'holdfast-provider-tampered-1.0.0.tgz');
    const bytes = readFileSync(tarball);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(tarball, bytes);
    const { packages, call, dataDir } = place();
    expect(await refusalCode(packages.install('holdfast-provider-tampered', call))).toBe('package-tampered');
    expect(keptVersions(dataDir, 'holdfast-provider-tampered')).toEqual([]);
  });

  test.each([
    ['holdfast-provider-nobody', 'provider-not-found'],
    ['@shelves/new@7', 'provider-not-found'],
    ['./nowhere.tgz', 'provider-not-found'],
    ['/nowhere/at-all', 'provider-not-found'],
    ['git+https://127.0.0.1:1/x.git', 'package-spec-invalid'],
    ['Not A Name', 'package-spec-invalid'],
  ])('%s can not be installed: %s', async (spec, code) => {
    expect(await refusalCode(place().packages.install(spec, place().call))).toBe(code);
  });
});

describe('tarballs and folders', () => {
  test('a tarball is installed, and again when it was packed anew', async () => {
    const { packages, call } = place();
    const tarball = await registry.pack(writeProvider({ name: 'holdfast-provider-packed' }));
    expect(await packages.install(tarball, call)).toMatchObject({ outcome: 'installed', provider: { spec: tarball, linked: false } });
    expect(await packages.install(tarball, call)).toMatchObject({ outcome: 'unchanged' });
    const again = await registry.pack(writeProvider({ name: 'holdfast-provider-packed', source: `${plainSource}// Changed.\n` }));
    expect(again).toBe(tarball);
    const { provider } = await packages.install(tarball, call);
    expect(readFileSync(join(provider.folder, 'main.js'), 'utf8')).toContain('Changed');
    expect(await packages.check()).toEqual([]);
  });

  test('a tarball of which not every file can be unpacked is not installed in part', async () => {
    const { packages, call, dataDir } = place();
    const tarball = await registry.pack(writeProvider({ name: 'holdfast-provider-cut', files: { 'd/e/a.b.js': '' } }));
    // The same letters in another order, so that the header's checksum still fits: a name that leads upwards.
    const tar = gunzipSync(readFileSync(tarball)).toString('latin1').replace('package/d/e/a.b.js', 'package/d/../aebjs');
    writeFileSync(tarball, gzipSync(Buffer.from(tar, 'latin1')));
    await expect(packages.install(tarball, call)).rejects.toMatchObject({
      code: 'install-failed',
      message: expect.stringContaining('a file of it could not be written'),
    });
    expect(keptVersions(dataDir, 'holdfast-provider-cut')).toEqual([]);
  });

  test('a folder is used where it is', async () => {
    const { packages, call, dataDir } = place();
    const folder = writeProvider({ name: 'holdfast-provider-mine', source: 'export default { open() {} };' });
    expect(await packages.install(folder, call)).toMatchObject({ provider: { linked: true, folder, version: '1.0.0' } });
    expect(keptVersions(dataDir, 'holdfast-provider-mine')).toEqual([]);
    expect(await packages.install(folder, call)).toMatchObject({ outcome: 'unchanged' });
    const rival = writeProvider({ name: 'holdfast-provider-rival', type: 'mine' });
    expect(await refusalCode(packages.install(rival, call))).toBe('duplicate-provider');
    await packages.remove('holdfast-provider-mine');
    expect(existsSync(join(folder, 'package.json'))).toBe(true);
  });
});
