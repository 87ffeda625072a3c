import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '../package.fixture.js';
import { manifestWith, memoryManifest, memoryType, refusalOf, temporaryFolder } from '../package.fixture.js';
import { hostileSource, isolate, never, until, untilGone } from './hostile.fixture.js';
import { hasPermissionModel } from './permission-flags.js';
import { readStatusFile } from './status-file.js';

const call = { signal: never };
/** Tells whether a file can be written. */
const writer = hostileSource({}, '').replace(
  'async open(config, context) {',
  `async open(config, context) {
    const write = async () => { try { fs.writeFileSync(config.shelf + '/note', String(context.firstUse)); return 'done'; } catch (error) { return error.code; } };
    attacks.write = async () => info(await write());`,
);

/** The manifest of a provider that works with folders. */
const withFolders = {
  ...memoryManifest,
  holdfast: { contributes: { providers: [memoryType] }, permissions: { network: [], filesystem: 'config' } },
};

test('a process that nobody needs is stopped, and the next call opens its locations in another one', async () => {
  const resting = await isolate(hostileSource({}), { limits: { idle: 100 } });
  const location = await resting.open();
  const first = resting.runtime.status();
  await untilGone(first.pid ?? 0);
  await until(() => resting.runtime.status().state === 'idle');
  expect(resting.runtime.status().pid).toBeUndefined();
  expect(await location.head('again', call)).toMatchObject({ key: 'again' });
  expect(resting.runtime.status()).toMatchObject({ state: 'running', restarts: 0, crashes: [], reason: 'head', requests: 3 });
  expect(resting.events.map(({ type }) => type).slice(0, 5)).toEqual(['starting', 'running', 'idle', 'starting', 'running']);
});

test('a call that takes longer than the idle time keeps its process', async () => {
  const busy = await isolate(hostileSource({ slow: 'await new Promise((done) => setTimeout(done, 400))' }), { limits: { idle: 50 } });
  const location = await busy.open();
  expect(await location.head('slow', call)).toMatchObject({ key: 'slow' });
});

test('a new path is granted by a new process, as soon as nobody uses the old one; open locations go on in it', async () => {
  const folder = await temporaryFolder();
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  await mkdir(one);
  await mkdir(two);
  const isolated = await isolate(writer, { manifest: withFolders });
  const open = (shelf: string) =>
    isolated.runtime.open('memory', { shelf }, { locationId: shelf, firstUse: true, stateFolder: folder, log: silentLog, signal: never });
  const first = await open(one);
  expect(await first.head('write', call)).toMatchObject({ key: 'done' });
  expect(await readFile(join(one, 'note'), 'utf8')).toBe('true');
  const second = await open(two);
  expect(await second.head('write', call)).toMatchObject({ key: 'done' });
  expect(await first.head('write', call)).toMatchObject({ key: 'done' });
  // It is not set up anew there.
  expect(await readFile(join(one, 'note'), 'utf8')).toBe('false');
  expect(isolated.events.map(({ type }) => type)).toEqual(['starting', 'running', 'idle', 'starting', 'running']);
});

test.runIf(hasPermissionModel(process.versions.node))(
  'a package that does not ask for folders gets none, whatever its settings name',
  async () => {
    const folder = await temporaryFolder();
    const isolated = await isolate(writer, { manifest: manifestWith({}), grants: () => [folder] });
    const context = { locationId: 'l', firstUse: true, stateFolder: folder, log: silentLog, signal: never };
    const location = await isolated.runtime.open('memory', { shelf: folder }, context);
    expect(await location.head('write', call)).toMatchObject({ key: 'ERR_ACCESS_DENIED' });
  },
);

test('a path that would open others too is refused', async () => {
  const isolated = await isolate(writer, { manifest: withFolders, grants: () => ['/srv/*'] });
  expect(await refusalOf(isolated.runtime.activate())).toMatchObject({ code: 'provider-path-refused', details: { path: '/srv/*' } });
});

test('other commands see what a process did since it was started', async () => {
  const statusFile = join(await temporaryFolder(), 'status.json');
  const busy = await isolate(hostileSource({}), { statusFile });
  const location = await busy.open();
  await location.head('a', call);
  await location.head('b', call);
  await expect.poll(async () => (await readStatusFile(statusFile))?.requests, { timeout: 10_000 }).toBe(3);
  expect(await readStatusFile(statusFile)).toMatchObject({ state: 'running', memory: expect.any(Number) });
});

test('the next host heeds the crashes of the one before, until somebody deletes the status file', async () => {
  const statusFile = join(await temporaryFolder(), 'state', 'hostile.status.json');
  const source = hostileSource({ attack: 'process.exit(7)' });
  const first = await isolate(source, { statusFile });
  const location = await first.open();
  for (let round = 0; round < 3; round += 1) await expect(location.head('attack', call)).rejects.toThrow('exit code 7');
  await first.runtime[Symbol.asyncDispose]();
  expect(await readStatusFile(statusFile)).toMatchObject({
    state: 'stopped',
    package: '@example/provider-hostile',
    crashes: { length: 3 },
  });

  const second = await isolate(source, { statusFile });
  expect(await refusalOf(second.runtime.activate())).toMatchObject({
    code: 'provider-stopped',
    message: expect.stringContaining('exit code 7'),
  });
  expect(second.events).toEqual([]);

  await rm(statusFile);
  await second.runtime.activate();
  expect(second.runtime.status()).toMatchObject({ state: 'running', crashes: [] });
});

test('crashes of another version of the package do not count, and a damaged status file neither', async () => {
  const folder = await temporaryFolder();
  const statusFile = join(folder, 'status.json');
  const crashing = await isolate('process.exit(1)', { statusFile });
  for (let round = 0; round < 3; round += 1) await refusalOf(crashing.runtime.activate());
  expect(await refusalOf(crashing.runtime.activate())).toMatchObject({ code: 'provider-stopped' });
  const updated = await isolate(hostileSource({}), {
    statusFile,
    manifest: manifestWith({}, { name: '@example/provider-hostile', version: '1.2.4' }),
  });
  await updated.runtime.activate();
  expect(updated.runtime.status()).toMatchObject({ state: 'running', restarts: 0, crashes: [] });
});

test('who no longer waits for a start leaves, and the others still get it', async () => {
  const slow = await isolate(hostileSource({}, 'activate: () => new Promise((done) => setTimeout(done, 200)),'));
  const leaving = new AbortController();
  const left = slow.runtime.activate(leaving.signal);
  const stays = slow.runtime.activate();
  leaving.abort();
  await expect(left).rejects.toMatchObject({ code: 'cancelled' });
  await stays;
  expect(slow.runtime.status().state).toBe('running');
});
