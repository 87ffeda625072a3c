import { type EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type PackageFiles, temporaryFolder, writePackage } from '../package.fixture.js';
import { connect } from '../process/connection.fixture.js';
import { defaultRuntimeLimits } from '../process/runtime-limits.js';
import { readProviderPackage } from '../provider-package.js';
import { bodyOf, contextOf, sourceWith, until } from '../runtime-subject.fixture.js';

const { signal } = new AbortController();

async function start(files: PackageFiles, limits = defaultRuntimeLimits) {
  const folder = await writePackage(join(await temporaryFolder(), 'node_modules', 'provider'), files);
  const connected = await connect(await readProviderPackage(folder), { limits });
  onTestFinished(() => connected.end());
  await connected.connection.start();
  const location = await connected.connection.open('memory', { shelf: 'a' }, contextOf());
  return { ...connected, location };
}

async function exitOf(child: EventEmitter): Promise<unknown> {
  const [code]: unknown[] = await once(child, 'exit');
  return code;
}

describe("a provider's process", () => {
  test.each([
    ['throws where nobody catches', 'setTimeout(() => { throw new TypeError("slipped"); })', 'TypeError: slipped'],
    ['leaves a rejection to nobody', 'void Promise.reject(new RangeError("lost"))', 'RangeError: lost'],
    ['throws what is no error', 'setTimeout(() => { throw 7; })', 'number: 7'],
  ])('that %s says so and ends, and the call fails', async (_, code, message) => {
    const { location, child, fatal } = await start({ source: sourceWith(`head: () => { ${code}; return new Promise(() => {}); }`) });
    const exit = exitOf(child);
    await expect(location.head('a', { signal })).rejects.toMatchObject({ code: 'unavailable' });
    expect([await exit, fatal]).toEqual([1, [message]]);
  });

  test('ends when its host is gone', async () => {
    const { child } = await start({});
    const exit = exitOf(child);
    child.stdio[3]?.destroy();
    expect(await exit).toBe(0);
  });

  test('that is blocked is unresponsive, and answers when it no longer is', async () => {
    const block = 'head: async () => { const until = Date.now() + 300; while (Date.now() < until); }';
    const { location, responses } = await start({ source: sourceWith(block) }, { ...defaultRuntimeLimits, acknowledge: 60, ping: 20 });
    expect(await location.head('a', { signal })).toBeUndefined();
    await until(() => responses.length >= 2);
    expect(responses.slice(0, 2)).toEqual([true, false]);
  });

  test('an upload ends when the process does', async () => {
    const dying =
      'put: async (key, body) => { await body.getReader().read(); process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); }';
    const { location } = await start({ source: sourceWith(dying) });
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Buffer.alloc(1_000)),
      cancel: () => void (cancelled = true),
    });
    await expect(location.put('a', body, { signal })).rejects.toMatchObject({ code: 'unavailable' });
    expect(cancelled).toBe(true);
  });

  test("a body's own error comes out, and the provider learns nothing of it", async () => {
    const telling = `put: async (key, body) => { try { for await (const part of body); } catch (error) { context.log.info(error.code + ' ' + error.message); throw error; } }`;
    const { location, logged } = await start({ source: sourceWith(telling) });
    await expect(location.put('a', bodyOf('x', new RangeError('diary.txt vanished')), { signal })).rejects.toThrow('diary.txt vanished');
    await until(() => logged.length > 0);
    expect(logged).toEqual(['info memory-3f2a cancelled What was to be stored broke off.']);
  });

  test('an answer that is no JSON, or too large, fails its call alone', async () => {
    const odd = 'usage: async () => ({ used: 1n }), head: async (key) => ({ key: "x".repeat(2_000_000), size: 1, modifiedAt: "" })';
    const { location } = await start({ source: sourceWith(odd) });
    for (const call of [() => location.usage?.({ signal }), () => location.head('a', { signal })])
      await expect(call()).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('can not be passed on') as unknown });
    await location.put('b', bodyOf('still', ' here'), { signal });
    expect((await buffer(await location.get('b', { signal }))).toString()).toBe('still here');
  });

  test('a stream that is not of bytes, and a listing that is not of objects, fail alone', async () => {
    const odd = `get: async () => new ReadableStream({ start(controller) { controller.enqueue('text'); } }), async *list() { yield { key: 'a' }; }`;
    const { location } = await start({ source: sourceWith(odd) });
    await expect(buffer(await location.get('a', { signal }))).rejects.toMatchObject({
      code: 'internal',
      message: 'The provider gave in "get" what is no stream of bytes.',
    });
    await expect(location.list('', { signal })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'internal' });
    expect(await location.head('a', { signal })).toBeUndefined();
  });

  test('log lines of any length and kind arrive', async () => {
    const { location, logged } = await start({
      source: sourceWith('head: async () => { context.log.warn("x".repeat(5_000_000)); context.log.info(7); }'),
    });
    await location.head('a', { signal });
    expect(logged.map((line) => line.length)).toEqual(['warn memory-3f2a '.length + 16_384, 'info memory-3f2a 7'.length]);
  });

  test('every location is closed and the provider deactivated before it ends', async () => {
    const source = sourceWith('', 'deactivate: async () => { throw new Error("no"); }');
    const { connection, child, logged } = await start({ source });
    const exit = exitOf(child);
    await connection.shutdown();
    expect(await exit).toBe(0);
    expect(logged).toEqual([
      'info memory-3f2a closed',
      expect.stringMatching(/^warn {2}@example.* failed while it was deactivated: Error: no/),
    ]);
  });
});
