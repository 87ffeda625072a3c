import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Location } from '../../provider-api/index.js';
import { memorySource, refusalOf } from '../package.fixture.js';
import { bodyOf, hostileSource, type Isolated, isolate, isolateGood, never, until, untilGone } from './hostile.fixture.js';
import { hasPermissionModel } from './permission-flags.js';

const call = { signal: never };
const name = '@example/provider-hostile@1.2.3';
/** So short that a test doesn't wait for long, and longer than a busy machine takes to answer a ping. */
const hasty = { acknowledge: 700, kill: 300 };
const mebibyte = 1024 * 1024;

let neighbour: { readonly isolated: Isolated; readonly location: Location; readonly pid: number | undefined };
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const isolated = await isolateGood((end) => void ends.push(end));
  const location = await isolated.open();
  await location.put('kept', bodyOf(Buffer.from('abc')), call);
  neighbour = { isolated, location, pid: isolated.runtime.status().pid };
});
afterAll(async () => {
  for (const end of ends) await end();
});

/** A good neighbour works while all the attacks go on, in one and the same process. */
async function withNeighbour(attack: () => Promise<void>): Promise<void> {
  const { isolated, location, pid } = neighbour;
  await Promise.all([attack(), location.head('kept', call)]);
  expect(await location.head('kept', call)).toMatchObject({ size: 3 });
  expect(isolated.runtime.status()).toMatchObject({ state: 'running', pid, crashes: [] });
}

/** The process is gone, the call said why, and the next one gets a new process. */
async function expectCrash(hostile: Isolated, key: string, code: string, text: RegExp): Promise<void> {
  const location = await hostile.open();
  const { pid } = hostile.runtime.status();
  if (pid === undefined) throw new Error('It has no process.');
  await expect(location.head(key, call)).rejects.toMatchObject({
    name: 'ProviderError',
    code: 'unavailable',
    message: expect.stringMatching(new RegExp(`${name}.*(?:${text.source})`, 's')),
  });
  expect(await hostile.issue()).toMatchObject({ code, details: { subject: name, package: '@example/provider-hostile' } });
  await untilGone(pid);
  expect(await location.head('harmless', call)).toMatchObject({ key: 'harmless' });
  const status = hostile.runtime.status();
  expect(status).toMatchObject({ state: 'running', restarts: 1, lastError: { code, message: expect.stringMatching(text) } });
  expect(status.crashes).toHaveLength(1);
  expect(status.pid).not.toBe(pid);
}

test.each<[string, string, string, RegExp, object?]>([
  ['hangs in a busy loop', 'for (;;) {}', 'provider-unresponsive', /not answered for 1 seconds/, hasty],
  ['ends its process', 'process.exit(7)', 'provider-crashed', /exit code 7/],
  [
    'throws later, where nobody catches it',
    `setTimeout(() => { throw new TypeError('late and loud') }); return forever()`,
    'provider-crashed',
    /TypeError: late and loud/,
  ],
  [
    'rejects later, where nobody catches it',
    `void Promise.reject(new Error('unheard')); return forever()`,
    'provider-crashed',
    /Error: unheard/,
  ],
  [
    'fills its heap',
    `const all = []; for (;;) all.push(new Array(1000).fill(all.length))`,
    'provider-out-of-memory',
    /more than 32 MiB/,
    { heap: 32 * mebibyte, kill: 20_000 },
  ],
  [
    'fills memory outside of its heap',
    `const all = []; setInterval(() => all.push(Buffer.alloc(8 * 1024 * 1024, 1)), 5); return forever()`,
    'provider-out-of-memory',
    /took \d+ MiB, and 150 MiB are the limit/,
    { resident: 150 * mebibyte },
  ],
  [
    'writes garbage on the control channel',
    `fs.writeSync(3, 'hello\\n'.repeat(1000)); return forever()`,
    'provider-broken-channel',
    /ended, as it /,
  ],
  [
    'writes a JSON that is no message',
    `fs.writeSync(3, frame({ type: 'response', id: 'one' })); return forever()`,
    'provider-broken-channel',
    /does not know/,
  ],
  ['announces a message of 4 GiB', 'fs.writeSync(3, Buffer.alloc(8, 255)); return forever()', 'provider-broken-channel', /ended, as it /],
  [
    'writes garbage on the data channel',
    `fs.writeSync(4, 'hello\\n'.repeat(1000)); return forever()`,
    'provider-broken-channel',
    /ended, as it /,
  ],
  [
    'announces a data frame of 4 GiB',
    'fs.writeSync(4, Buffer.alloc(16, 255)); return forever()',
    'provider-broken-channel',
    /ended, as it /,
  ],
  ['closes its channel and lives on', 'fs.closeSync(3); return forever()', 'provider-broken-channel', /closed its channel and went on/],
])('a provider that %s is ended and told by name, and nobody else notices', async (_, attack, code, text, limits = {}) => {
  await withNeighbour(async () => {
    await expectCrash(await isolate(hostileSource({ attack }), { limits }), 'attack', code, text);
  });
});

test('exiting in the middle of an upload fails the upload, stops its body and nothing else', async () => {
  await withNeighbour(async () => {
    const hostile = await isolate(hostileSource({ attack: 'for await (const part of body) process.exit(3)' }));
    const location = await hostile.open();
    let stopped = false;
    const body = new ReadableStream<Uint8Array>(
      { pull: (controller) => controller.enqueue(new Uint8Array(1000)), cancel: () => void (stopped = true) },
      { highWaterMark: 0 },
    );
    await expect(location.put('attack', body, call)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(name) });
    expect(stopped).toBe(true);
  });
});

test('exiting in the middle of a download is no end of the object, but an error', async () => {
  const attack =
    'let sent = 0; return new ReadableStream({ pull(c) { if (sent++ === 3) process.exit(3); c.enqueue(new Uint8Array(1000)); } })';
  const hostile = await isolate(hostileSource({ attack }));
  const stream = await (await hostile.open()).get('attack', call);
  const read = async () => {
    for await (const _ of stream);
  };
  await expect(read()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(name) });
});

test.each([
  ['is missing a module', `import 'not-there';`, 'provider-import-failed', /not-there/],
  ['throws on import', `throw new Error('no, thanks');`, 'provider-activation-failed', /no, thanks/],
  [
    'throws on activation',
    `export default { async activate() { throw new Error('not today') }, async open() {} };`,
    'provider-activation-failed',
    /not today/,
  ],
  ['exits on import', 'process.exit(9);', 'provider-crashed', /exit code 9/],
  ['exits on activation', 'export default { async activate() { process.exit(9) }, async open() {} };', 'provider-crashed', /exit code 9/],
  [
    'never ends its activation',
    'setInterval(() => {}, 1000); export default { activate: () => new Promise(() => {}), async open() {} };',
    'provider-activation-failed',
    /"activate" had not ended after 1.5 s/,
  ],
  ['never ends its import', 'for (;;) {}', 'provider-activation-failed', /not been loaded after 1.5 s/],
])('a provider that %s fails with its name and the reason, and leaves no process', async (_, source, code, text) => {
  await withNeighbour(async () => {
    const hostile = await isolate(source, { limits: { activate: 1500, deactivate: 200 } });
    const refusal = await refusalOf(hostile.runtime.activate());
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(text), details: { subject: name } });
    await untilGone((await until(() => hostile.events.find(({ type }) => type === 'starting'))).status.pid ?? 0);
  });
});

test('a slow activation is waited for, by all who need it together', async () => {
  const source = memorySource.replace('export default {', 'export default { activate: () => new Promise((done) => setTimeout(done, 300)),');
  const slow = await isolate(source);
  await Promise.all([slow.runtime.activate(), slow.runtime.activate(), slow.open()]);
  expect(slow.events.map(({ type }) => type)).toEqual(['starting', 'running']);
  expect(slow.runtime.status().timing?.activate).toBeGreaterThan(250);
});

test('three crashes within five minutes are enough: it is stopped, with its last words', async () => {
  const hostile = await isolate(hostileSource({ attack: `console.error('the disk is on fire'); process.exit(7)` }));
  const location = await hostile.open();
  for (let round = 0; round < 3; round += 1) await expect(location.head('attack', call)).rejects.toThrow(name);
  const started = hostile.events.filter(({ type }) => type === 'starting').length;
  const refusal = await refusalOf(hostile.runtime.activate());
  expect(refusal).toMatchObject({
    code: 'provider-stopped',
    remedy: expect.stringContaining('holdfast provider enable @example/provider-hostile'),
  });
  expect(refusal.message).toMatch(new RegExp(`${name} is not started any more.* 3 times .*exit code 7.*the disk is on fire`, 's'));
  await expect(location.head('harmless', call)).rejects.toMatchObject({ code: 'unavailable' });
  expect(hostile.runtime.status()).toMatchObject({ state: 'stopped' });
  expect(hostile.events.filter(({ type }) => type === 'starting')).toHaveLength(started);
  expect(hostile.events.at(-1)).toMatchObject({ type: 'stopped', issue: { code: 'provider-stopped' } });
});

test('answers that come twice or to nobody are dropped, and one after a cancel is an answer', async () => {
  const attacks = {
    double: `setTimeout(() => { for (let id = 1; id < 4; id++) fs.writeSync(3, frame({ type: 'response', id, result: { key: 'forged' } })); fs.writeSync(3, frame({ type: 'response', id: 4_000_000, result: null })); })`,
    late: `await new Promise((heard) => options.signal.addEventListener('abort', heard)); await new Promise((done) => setTimeout(done, 50)); return info('too late')`,
  };
  const hostile = await isolate(hostileSource(attacks));
  const location = await hostile.open();
  await location.head('first', call);
  await location.head('double', call);
  const cancelling = new AbortController();
  const late = location.head('late', { signal: cancelling.signal });
  setTimeout(() => cancelling.abort(), 50);
  // It came in time after all: a call gets some to end in.
  expect(await late).toMatchObject({ key: 'too late' });
  expect(await location.head('after', call)).toMatchObject({ key: 'after' });
  expect(hostile.runtime.status()).toMatchObject({ state: 'running', crashes: [] });
});

test('a provider that ignores its signal, holds timers and never deactivates does not hold up the end', async () => {
  const source = hostileSource({ attack: 'return forever()' }, 'deactivate: () => new Promise(() => {}),');
  const hostile = await isolate(source, { limits: { finish: 100, deactivate: 100 } });
  const location = await hostile.open();
  const { pid = 0 } = hostile.runtime.status();
  const ignored = location.head('attack', call).catch((error: unknown) => error);
  await until(() => hostile.runtime.status().requests === 2);
  await hostile.runtime[Symbol.asyncDispose]();
  expect(await ignored).toMatchObject({ code: 'unavailable' });
  await untilGone(pid);
  await expect(hostile.runtime.activate()).rejects.toMatchObject({ code: 'provider-not-started' });
});

test('a provider at work gets its time to deactivate, with its channel still up', async () => {
  const source = hostileSource(
    {},
    `deactivate: async () => { await new Promise((done) => setTimeout(done, 50)); log.info('all put away'); },`,
  );
  const orderly = await isolate(source);
  await orderly.open();
  await orderly.runtime[Symbol.asyncDispose]();
  expect(orderly.lines).toContain('all put away');
  expect(orderly.runtime.status()).toMatchObject({ state: 'idle', crashes: [] });
});

test.runIf(hasPermissionModel(process.versions.node))('what Node can deny is denied: files outside, child processes, threads', async () => {
  const attempt = (code: string) => `try { ${code}; return info('done') } catch (error) { return info(error.code) }`;
  const hostile = await isolate(
    hostileSource({
      read: attempt(`fs.readFileSync('/etc/hostname')`),
      write: attempt(`fs.writeFileSync('/tmp/holdfast-hostile', '')`),
      environment: attempt(`fs.readFileSync('/proc/' + process.ppid + '/environ')`),
      spawn: attempt(`child_process.spawnSync('true')`),
      worker: attempt(`new worker_threads.Worker('', { eval: true })`),
      state: attempt(`fs.writeFileSync('note', '1')`),
    }),
  );
  const location = await hostile.open();
  const answers = ['read', 'write', 'environment', 'spawn', 'worker', 'state'].map(async (key) => (await location.head(key, call))?.key);
  const denied = 'ERR_ACCESS_DENIED';
  expect(await Promise.all(answers)).toEqual([denied, denied, denied, denied, denied, 'done']);
});
