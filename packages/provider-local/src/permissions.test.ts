import { execFile } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { temporaryFolder } from './local.fixture.js';
import { newTemporaryName } from './own-files.js';

/** What a host does with a location, in a process that may reach the location's folder alone. */
const session = `
import provider from './provider.mjs';
const [path] = process.argv.slice(2);
const call = { signal: new AbortController().signal };
const log = { debug() {}, info() {}, warn: console.error, error: console.error };
const context = { locationId: 'local-1', firstUse: true, stateFolder: path, log, ...call };
const body = () => new Blob(['content']).stream();
const errors = await provider.configFlow.validate({ path }, context);
const before = await provider.place({ path }, context);
const location = await provider.open({ path }, context);
await location.check(call);
await location.put('a/b.tar', body(), { ...call, size: 7 });
const text = await new Response(await location.get('a/b.tar', call)).text();
const swept = await location.sweep(call);
const usage = await location.usage(call);
const keys = [];
for await (const { key } of location.list('', call)) keys.push(key);
await location.delete('a/b.tar', call);
const place = await provider.place({ path }, context);
console.log(JSON.stringify({ errors, text, swept, keys, used: typeof usage.used, before, place }));
`;

async function bundle(folder: string): Promise<void> {
  const build = await rolldown({
    input: fileURLToPath(new URL('./index.ts', import.meta.url)),
    platform: 'node',
    resolve: { alias: { '@holdfast/core/provider-api': fileURLToPath(new URL('../../core/src/provider-api/index.ts', import.meta.url)) } },
    logLevel: 'silent',
  });
  await build.write({ file: join(folder, 'provider.mjs'), format: 'esm' });
  await build.close();
}

// In Node 20.19 a file that is denied ends the process, so the host leaves its permission model alone there.
test.skipIf(process.versions.node.startsWith('20.19.'))(
  'all works in a process that may reach nothing but the folder, also where that is yet to be made',
  async () => {
    const folder = await temporaryFolder();
    await bundle(folder);
    await writeFile(join(folder, 'session.mjs'), session);
    await mkdir(join(folder, 'disk'));
    await symlink(join(folder, 'disk'), join(folder, 'link'));
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const stable = major > 22 || (major === 22 && minor >= 13);
    // What this process writes there: the other one may not look whether it is alive.
    const underWay = newTemporaryName('upload', 'local-1');
    await mkdir(join(folder, 'disk', 'others'));
    await writeFile(join(folder, 'disk', 'others', underWay), '');
    for (const path of [join(folder, 'disk', 'backups'), join(folder, 'link', 'others')]) {
      const allowed = ['session.mjs', 'provider.mjs'].map((name) => `--allow-fs-read=${join(folder, name)}`);
      const flags = [
        stable ? '--permission' : '--experimental-permission',
        ...allowed,
        `--allow-fs-read=${path}/*`,
        `--allow-fs-write=${path}/*`,
      ];
      const { stdout } = await promisify(execFile)(process.execPath, [...flags, join(folder, 'session.mjs'), path]);
      expect(JSON.parse(stdout)).toMatchObject({
        errors: [],
        text: 'content',
        swept: 0,
        keys: ['a/b.tar'],
        used: 'number',
        place: { root: 'file:/', path: join(folder, 'disk', path.slice(path.lastIndexOf('/'))).slice(1) },
      });
    }
    expect(await readdir(join(folder, 'disk', 'backups'))).toEqual(['.holdfast-location-local-1']);
    expect(await readdir(join(folder, 'disk', 'others'))).toContain(underWay);
  },
);
