import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';
import { holdfastBin } from './holdfast.fixture.js';
import { startRegistry, type TestRegistry } from './registry/registry.fixture.js';
import { hasPseudoTerminal, keys, openTerminal, type TerminalSession } from './terminal.fixture.js';

const name = 'holdfast-provider-shelf';

let holdfast: CommandLine;
let registry: TestRegistry;
let env: NodeJS.ProcessEnv = {};
let id = '';

/** A version of the package: what it asks for, and what its module does when it is loaded. */
async function publish(version: string, network: readonly string[], onLoad = '', tag?: string): Promise<void> {
  const folder = join(holdfast.root, `shelf-${version}`);
  await mkdir(folder);
  const providers = [{ id: 'shelf', label: 'Shelf', configVersion: 1, configSchema: './schema.json' }];
  const manifest = {
    name,
    version,
    description: 'Keeps objects on a shelf.',
    type: 'module',
    keywords: ['holdfast-provider'],
    exports: './index.js',
    engines: { holdfast: '>=0.1.0' },
    holdfast: { contributes: { providers }, permissions: { network, filesystem: 'config' } },
  };
  const schema = { type: 'object', properties: { folder: { type: 'string', format: 'path' } }, required: ['folder'] };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'schema.json'), JSON.stringify(schema));
  await writeFile(
    join(folder, 'index.js'),
    `${onLoad}\n${await readFile(new URL('./shelf-provider.fixture.js', import.meta.url), 'utf8')}`,
  );
  await registry.publish(folder, tag);
}

const run = (...args: string[]) => holdfast.run(args, { env });
/** The document has more than the other tests look at. */
async function json(...args: string[]): Promise<{ readonly code: number | null; readonly document: Record<string, unknown> }> {
  const { code, document } = await holdfast.json(args, { env });
  return { code, document: { ...document } };
}
const at = (...args: string[]): TerminalSession =>
  openTerminal([process.execPath, holdfastBin, ...args], {
    cwd: holdfast.root,
    env: { ...holdfast.environment, NO_COLOR: '1', LC_ALL: 'C.UTF-8', ...env },
  });

beforeAll(async () => {
  holdfast = await createCommandLine();
  registry = await startRegistry();
  env = { npm_config_userconfig: registry.userConfig, npm_config_cache: registry.cache };
  await publish('1.0.0', []);
  await holdfast.json(['init']);
  await mkdir(join(holdfast.root, 'documents'));
  await writeFile(join(holdfast.root, 'documents', 'letter.txt'), 'Dear Ada');
});

afterAll(async () => {
  await registry?.stop();
  await holdfast?.[Symbol.asyncDispose]();
});

// In this order: each step builds on those before it.
describe('from the registry to a restored backup', () => {
  test('search and show look a package up before anything is installed', async () => {
    expect(await json('provider', 'search', 'shelf')).toMatchObject({ code: 0, document: { packages: [{ name, version: '1.0.0' }] } });
    const shown = await json('provider', 'show', name);
    expect(shown).toMatchObject({ code: 0, document: { found: { name, asks: { network: [], filesystem: 'config' } } } });
    expect(await json('provider', 'show', `${name}-x`)).toMatchObject({ code: 1, document: { error: { code: 'provider-not-found' } } });
  });

  test('without a yes nothing is installed, and it is said what was asked for', async () => {
    expect(await json('provider', 'install', name)).toMatchObject({ code: 2, document: { error: { code: 'permissions-not-granted' } } });
    expect((await json('provider', 'list')).document['packages']).toEqual([]);
  });

  test.skipIf(!hasPseudoTerminal)('at a terminal it shows what the package may do, and takes a no (needs python3)', async () => {
    await using terminal = at('provider', 'install', name);
    await terminal.see(`${name} 1.0.0 asks to reach`);
    await terminal.see('the folders that the settings of its locations name');
    await terminal.see('not proven');
    await terminal.see(`May ${name} 1.0.0 do that?`);
    terminal.type('n');
    expect((await terminal.ended()).code).toBe(130);
    expect((await json('provider', 'list')).document['packages']).toEqual([]);
  });

  test('install with a yes, and list and show have it', async () => {
    const { code, out, err } = await run('provider', 'install', name, '--accept-permissions');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('holdfast location add shelf') });
    expect(err).toContain('not proven');
    const { document } = await json('provider', 'list');
    expect(document).toMatchObject({
      packages: [{ name, version: '1.0.0', state: 'enabled', pinned: false, types: ['shelf'] }],
      problems: [],
    });
    expect((await run('provider', 'list')).out).toMatch(/^shelf .*\n[^]*^holdfast-provider-shelf +1\.0\.0 +enabled/m);
    const shown = await run('provider', 'show', 'shelf');
    expect(shown.out).toMatch(/^integrity +sha512-/m);
    expect((await json('provider', 'install', name)).document).toMatchObject({ installed: [{ outcome: 'unchanged' }] });
  });

  test('a location of its type takes a backup and gives it back', async () => {
    const added = await json('location', 'add', 'shelf', '--folder', join(holdfast.root, 'kept here'));
    expect(added).toMatchObject({ code: 0, document: { location: { provider: 'shelf' } } });
    const created = await holdfast.json(['backup', 'create', 'documents'], { env });
    expect(created.code).toBe(0);
    id = created.document.backup.id;
    const to = join(holdfast.root, 'restored');
    expect((await json('backup', 'restore', id, '--to', to)).code).toBe(0);
    expect(await readFile(join(to, 'documents', 'letter.txt'), 'utf8')).toBe('Dear Ada');
  });

  test('running and logs tell how its code does', async () => {
    const { document } = await json('provider', 'running');
    expect(document).toMatchObject({ running: [{ package: name, version: '1.0.0', isolation: 'process', restarts: 0 }] });
    expect((await run('provider', 'running')).out).toMatch(/^PACKAGE +VERSION +STATE +LOAD +ACTIVATE/);
    expect((await run('provider', 'logs', 'shelf')).out).toContain('the shelf is open');
    const { lines } = (await json('provider', 'logs', name, '--lines', '1')).document;
    expect(lines).toHaveLength(1);
    expect(await json('provider', 'logs', 'shlef')).toMatchObject({ code: 1, document: { error: { code: 'provider-not-installed' } } });
  });
});

describe('newer versions', () => {
  test('an update that asks for more waits for a yes, and the old one goes on', async () => {
    await publish('1.1.0', ['api.example.com']);
    expect(await json('provider', 'update', 'shelf')).toMatchObject({ code: 2, document: { error: { code: 'permissions-not-granted' } } });
    expect((await json('backup', 'verify', id)).code).toBe(0);
    const { code, err } = await run('provider', 'update', '--all', '--accept-permissions');
    expect(code).toBe(0);
    expect(err).toContain('asks for more than 1.0.0 was allowed');
    expect(err).toMatch(/network +api\.example\.com/);
    expect((await json('provider', 'list')).document).toMatchObject({ packages: [{ version: '1.1.0', previous: { version: '1.0.0' } }] });
  });

  test('rollback goes back, pin keeps it there, unpin lets it go', async () => {
    expect(await json('provider', 'rollback', name)).toMatchObject({ code: 0, document: { provider: { version: '1.0.0' } } });
    expect(await json('provider', 'pin', name)).toMatchObject({ code: 0, document: { provider: { pinned: true } } });
    expect(await json('provider', 'update', '--all')).toMatchObject({ code: 0, document: { updated: [{ outcome: 'pinned' }] } });
    expect(await json('provider', 'pin', `${name}@1.1.0`)).toMatchObject({
      code: 0,
      document: { provider: { version: '1.1.0', pinned: true } },
    });
    expect(await json('provider', 'unpin', name)).toMatchObject({ code: 0, document: { provider: { pinned: false } } });
  });

  test('one that does not start is told, and the one before stays', async () => {
    await publish('1.2.0', [], "throw new Error('the shelf is broken');");
    const { code, err } = await run('provider', 'update', name);
    expect(code).toBe(3);
    expect(err).toContain('stays at 1.1.0');
    expect(err).toContain('the shelf is broken');
    expect((await json('backup', 'verify', id)).code).toBe(0);
  });
});

describe('what is not wanted', () => {
  test('a disabled package says so where it is missed, and comes back', async () => {
    expect((await json('provider', 'disable', 'shelf')).code).toBe(0);
    const { code, document } = await json('location', 'check');
    expect({ code, text: JSON.stringify(document) }).toMatchObject({ code: 1, text: expect.stringContaining('provider enable') });
    expect((await json('provider', 'enable', 'shelf')).code).toBe(0);
    expect((await json('location', 'check')).code).toBe(0);
  });

  test('a package that a location uses is not removed without force', async () => {
    expect(await json('provider', 'remove', name)).toMatchObject({ code: 1, document: { error: { code: 'location-uses-provider' } } });
    const asked = await json('provider', 'remove', name, '--force');
    expect(asked).toMatchObject({ code: 2, document: { error: { code: 'confirmation-needed' } } });
    expect(await json('provider', 'remove', name, '--force', '--yes')).toMatchObject({ code: 0, document: { removed: { name } } });
    expect((await json('provider', 'list')).document['packages']).toEqual([]);
    expect(await readdir(join(holdfast.root, 'kept here'))).not.toEqual([]);
  });

  test('a folder is linked and used as it is', async () => {
    const folder = join(holdfast.root, 'shelf-1.0.0');
    const installed = await json('provider', 'install', folder, '--accept-permissions');
    expect(installed).toMatchObject({ code: 0, document: { installed: [{ outcome: 'installed', provider: { linked: true } }] } });
    expect((await json('location', 'check')).code).toBe(0);
  });
});

test.skipIf(!hasPseudoTerminal)('a log is followed until Ctrl-C (needs python3)', async () => {
  await using terminal = at('provider', 'logs', 'shelf', '--lines', '1', '--follow');
  await terminal.see(' idle');
  await json('location', 'check');
  await terminal.see('the shelf is open');
  terminal.type(keys.interrupt);
  expect((await terminal.ended()).code).toBe(130);
});
