import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Location, ProviderContext } from '../provider-api/index.js';
import { createInlineRuntime } from './inline-runtime.js';
import { manifestWith, memorySource, type PackageFiles, silentLog, temporaryFolder, writePackage } from './package.fixture.js';
import { importEntry } from './provider-module.js';
import { readProviderPackage } from './provider-package.js';

const { signal } = new AbortController();

function contextOf(overrides: Partial<ProviderContext> = {}): ProviderContext {
  return { locationId: 'memory-3f2a', firstUse: true, log: silentLog, signal, ...overrides };
}

async function runtimeOf(files: PackageFiles = {}) {
  const folder = join(await temporaryFolder(), 'node_modules', 'provider');
  const runtime = createInlineRuntime(await readProviderPackage(await writePackage(folder, files)));
  onTestFinished(() => runtime[Symbol.asyncDispose]());
  return runtime;
}

async function openMemory(files: PackageFiles = {}, context = contextOf()): Promise<Location> {
  return (await runtimeOf(files)).open('memory', { shelf: 'a' }, context);
}

function bodyOf(...parts: (string | Error)[]): ReadableStream<Uint8Array> {
  const left = parts.values();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = left.next();
      if (done === true) controller.close();
      else if (value instanceof Error) controller.error(value);
      else controller.enqueue(Buffer.from(value));
    },
  });
}

/** The source of a provider whose location is the memory provider's with some methods replaced. */
function sourceWith(methods: string): string {
  return `${memorySource.replace('export default', 'const memory =')}
export default { ...memory, async open(config, context) { return { ...(await memory.open(config, context)), ${methods} }; } };`;
}

describe('activation', () => {
  test('the code is loaded once, with the first call', async () => {
    const activations = () => Number(Reflect.get(globalThis, 'holdfastMemoryActivations') ?? 0);
    const before = activations();
    const runtime = await runtimeOf();
    expect(activations()).toBe(before);
    await Promise.all([runtime.validate('memory', { shelf: 'a' }, contextOf()), runtime.open('memory', { shelf: 'a' }, contextOf())]);
    expect(activations()).toBe(before + 1);
  });

  test.each<[string, PackageFiles, string, string]>([
    ['without its main module', { files: { 'main.js': undefined } }, 'provider-entry-missing', 'its main module ./main.js is not there'],
    ['that imports what is not there', { source: 'import "no-such-package";' }, 'provider-import-failed', 'no-such-package'],
    ['that is no JavaScript', { source: 'export default {' }, 'provider-import-failed', 'SyntaxError'],
    ['that throws', { source: 'throw new TypeError("on strike");' }, 'provider-activation-failed', 'TypeError: on strike'],
    ['without a default export', { source: 'export const open = 1;' }, 'provider-broken', 'has no default export made by defineProvider'],
    [
      'without an open function',
      { source: 'export default {};' },
      'provider-broken',
      'no definition with an "open" function for the type "memory"',
    ],
  ])('a package %s is told by name and version', async (_, files, code, message) => {
    const error: unknown = await (await runtimeOf(files)).open('memory', {}, contextOf()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, details: { subject: '@example/provider-memory@1.2.3' } });
    expect(String(error)).toContain('@example/provider-memory@1.2.3');
    expect(String(error)).toContain(message);
  });

  test('a main module that never ends is given up', async () => {
    const folder = await writePackage(join(await temporaryFolder(), 'node_modules', 'provider'), {
      source: 'await new Promise(() => {});',
    });
    const starting = importEntry(await readProviderPackage(folder), 20);
    await expect(starting).rejects.toMatchObject({
      code: 'provider-activation-failed',
      message: expect.stringContaining('had not started after') as unknown,
    });
  });

  test.each<[string, object, string, string]>([
    ['lacks a call', {}, 'get: undefined', 'a location of the type "memory" has no get'],
    ['lacks putDeferred', { features: ['deferredWrites'] }, '', 'declares the feature deferredWrites, but its location has no putDeferred'],
    ['has putDeferred', {}, 'async putDeferred() {}', 'does not declare the feature deferredWrites'],
  ])('a location that %s against its manifest is refused', async (_, type, methods, message) => {
    const opening = openMemory({ manifest: manifestWith(type), source: sourceWith(methods) });
    await expect(opening).rejects.toMatchObject({ code: 'provider-broken', message: expect.stringContaining(message) as unknown });
  });

  test('a package with several types exports a definition for each', async () => {
    const manifest = manifestWith({});
    const both = { ...manifest.holdfast.contributes.providers[0], id: 'other' };
    const runtime = await runtimeOf({
      manifest: { ...manifest, holdfast: { contributes: { providers: [...manifest.holdfast.contributes.providers, both] } } },
      source: `${memorySource.replace('export default', 'const memory =')}\nexport default { memory, other: { ...memory, configFlow: undefined } };`,
    });
    expect(await runtime.validate('memory', { shelf: 'full' }, contextOf())).toHaveLength(1);
    expect(await runtime.validate('other', { shelf: 'full' }, contextOf())).toEqual([]);
  });
});

describe('a guarded location', () => {
  test('works as the provider made it', async () => {
    const location = await openMemory();
    await location.put('b', bodyOf('x', 'yz'), { signal });
    expect((await buffer(await location.get('b', { signal }))).toString()).toBe('xyz');
    expect(await location.head('b', { signal })).toMatchObject({ size: 3 });
  });

  test('an unexpected error becomes internal, and its text goes to the log alone', async () => {
    const logged: string[] = [];
    const location = await openMemory({}, contextOf({ log: { ...silentLog, error: (message) => void logged.push(message) } }));
    const error: unknown = await location.put('cursed', bodyOf('x'), { signal }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'internal',
      message: 'The provider "memory" (@example/provider-memory@1.2.3) failed unexpectedly in "put" (TypeError).',
    });
    expect(logged.join()).toContain('s3cr3t');
  });

  test("the provider's own errors pass", async () => {
    const location = await openMemory();
    await expect(location.get('nothing', { signal })).rejects.toMatchObject({ code: 'not-found', message: 'No nothing' });
  });

  test("a failing body's own error comes out", async () => {
    const location = await openMemory();
    await expect(location.put('a', bodyOf('x', new RangeError('of the source')), { signal })).rejects.toThrow(RangeError);
  });

  test('keys are checked before the provider sees them', async () => {
    const location = await openMemory({
      source: sourceWith('put: () => { throw new Error("asked"); }, get: () => { throw new Error("asked"); }'),
    });
    await expect(location.put('with blank', bodyOf('x'), { signal })).rejects.toThrow('"with blank" is not a key');
    await expect(location.get('../up', { signal })).rejects.toThrow('"../up" is not a key');
  });

  test('what is listed under a harmful name is passed over', async () => {
    const location = await openMemory({
      source: sourceWith("async *list() { for (const key of ['../up', 'a b', '.b']) yield { key, size: 0, modifiedAt: '' }; }"),
    });
    const keys: string[] = [];
    for await (const { key } of location.list('', { signal })) keys.push(key);
    expect(keys).toEqual(['a b']);
  });

  test('a call with a signal that has fired is cancelled without asking the provider', async () => {
    const location = await openMemory();
    const gone = { signal: AbortSignal.abort() };
    await expect(location.head('a', gone)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(location.put('a', bodyOf('x'), gone)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(location.list('', gone)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'cancelled' });
    expect(await location.head('a', { signal })).toBeUndefined();
  });

  test('a failure after the signal fired is its consequence', async () => {
    const location = await openMemory({
      source: sourceWith(
        'head: (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("socket closed"))))',
      ),
    });
    const stop = new AbortController();
    const asking = location.head('a', { signal: stop.signal });
    stop.abort();
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('a stream ends with cancelled when the signal fires, even where the provider gives nothing', async () => {
    const location = await openMemory({ source: sourceWith('get: async () => new ReadableStream({ pull: () => new Promise(() => {}) })') });
    const stop = new AbortController();
    const reading = buffer(await location.get('a', { signal: stop.signal }));
    stop.abort();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('what a failing put left unread is cancelled', async () => {
    const location = await openMemory({ source: sourceWith('put: async (_, body) => { body.getReader(); throw new Error("no"); }') });
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    await expect(location.put('a', body, { signal })).rejects.toMatchObject({ code: 'internal' });
    expect(cancelled).toBe(true);
  });
});
