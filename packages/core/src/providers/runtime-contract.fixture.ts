import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manifestWith, memorySource, type PackageFiles, silentLog } from './package.fixture.js';
import type { ProviderRuntime } from './provider-runtime.js';
import { describeRuntimeLocations } from './runtime-locations.fixture.js';
import { contextOf, type CreateRuntime, createSubject, sourceWith, until } from './runtime-subject.fixture.js';

const { signal } = new AbortController();

/** Tries what all runtimes have in common: whoever uses one can't tell where the code runs. */
export function describeRuntime(name: string, createRuntime: CreateRuntime): void {
  describe(name, () => {
    const { prepare, openMemory } = createSubject(createRuntime);
    describeActivation(prepare, openMemory);
    describeCalls(prepare);
    describeRuntimeLocations({ openMemory, prepare });
  });
}

type Subject = ReturnType<typeof createSubject>;

const open = (runtime: ProviderRuntime) => runtime.open('memory', { shelf: 'a' }, contextOf());

function describeActivation(prepare: Subject['prepare'], openMemory: Subject['openMemory']): void {
  describe('activation', () => {
    test('the code is loaded once, with the first call, and prepares itself before it', async () => {
      const source = `import { appendFileSync } from 'node:fs';
  const note = (text) => appendFileSync(new URL('./notes', import.meta.url), text);
  note('loaded ');
  ${sourceWith('head: async () => (note("called "), undefined)', 'activate: async () => { await null; note("activated "); }, deactivate: async () => note("deactivated")')}`;
      const { runtime, folder } = await prepare({ source });
      const notes = () => readFile(join(folder, 'notes'), 'utf8').catch(() => '');
      expect(await notes()).toBe('');
      const [location] = await Promise.all([open(runtime), open(runtime), runtime.activate()]);
      await location.head('a', { signal });
      expect(await notes()).toBe('loaded activated called ');
      await runtime[Symbol.asyncDispose]();
      expect(await notes()).toBe('loaded activated called deactivated');
    });

    test.each<[string, PackageFiles, string, string]>([
      ['without its main module', { files: { 'main.js': undefined } }, 'provider-entry-missing', 'its main module ./main.js is not there'],
      ['that imports what is not there', { source: 'import "no-such-package";' }, 'provider-import-failed', 'no-such-package'],
      ['that is no JavaScript', { source: 'export default {' }, 'provider-import-failed', 'SyntaxError'],
      ['that throws', { source: 'throw new TypeError("on strike");' }, 'provider-activation-failed', 'TypeError: on strike'],
      [
        'whose activate fails',
        {
          source: `${memorySource.replace('export default', 'const memory =')} export default { ...memory, activate: async () => { throw new Error('no ink'); } };`,
        },
        'provider-activation-failed',
        'Error: no ink',
      ],
      ['without a default export', { source: 'export const open = 1;' }, 'provider-broken', 'has no default export made by defineProvider'],
      [
        'without an open function',
        { source: 'export default {};' },
        'provider-broken',
        'no definition with an "open" function for the type "memory"',
      ],
    ])('a package %s is told by name and version', async (_, files, code, message) => {
      const error: unknown = await open((await prepare(files)).runtime).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code, details: { subject: '@example/provider-memory@1.2.3' } });
      expect(String(error)).toContain('@example/provider-memory@1.2.3');
      expect(String(error)).toContain(message);
    });

    test.each<[string, object, string, string]>([
      ['lacks a call', {}, 'get: undefined', 'a location of the type "memory" has no get'],
      [
        'lacks putDeferred',
        { features: ['deferredWrites'] },
        '',
        'declares the feature deferredWrites, but its location has no putDeferred',
      ],
      ['has putDeferred', {}, 'async putDeferred() {}', 'does not declare the feature deferredWrites'],
    ])('a location that %s against its manifest is refused', async (_, type, methods, message) => {
      const opening = openMemory({ manifest: manifestWith(type), source: sourceWith(methods) });
      await expect(opening).rejects.toMatchObject({ code: 'provider-broken', message: expect.stringContaining(message) as unknown });
    });

    test('a package with several types exports a definition for each', async () => {
      const manifest = manifestWith({});
      const both = { ...manifest.holdfast.contributes.providers[0], id: 'other' };
      const { runtime } = await prepare({
        manifest: { ...manifest, holdfast: { contributes: { providers: [...manifest.holdfast.contributes.providers, both] } } },
        source: `${memorySource.replace('export default', 'const memory =')}\nexport default { memory, other: { ...memory, configFlow: undefined } };`,
      });
      expect(await runtime.validate('memory', { shelf: 'full' }, contextOf())).toHaveLength(1);
      expect(await runtime.validate('other', { shelf: 'full' }, contextOf())).toEqual([]);
    });
  });
}

function describeCalls(prepare: Subject['prepare']): void {
  describe('calls about a configuration', () => {
    const definition = `place: async ({ shelf }) => ({ root: 'wall', path: shelf }),
  migrateConfig: async (version, config) => ({ ...config, from: version }),
  configFlow: {
    validate: async ({ shelf }) => shelf === 'wrong' ? 'yes' : [{ field: 'shelf', message: '%full%', placeholders: { shelf } }],
    next: async (input, { locationId, stateFolder }) => input.step === 'wrong' ? { step: { type: 'form' } }
      : { step: { type: 'form', id: 'more', values: { ...input.answer, locationId, stateFolder } }, state: [input.kind, input.state] },
  }`;
    const input = { kind: 'setup', step: 'start', answer: { a: [1, null] }, state: { b: true } } as const;

    test('give what the provider gives', async () => {
      const { runtime } = await prepare({ source: sourceWith('', definition) });
      expect(await runtime.validate('memory', { shelf: 'b' }, contextOf())).toEqual([
        { field: 'shelf', message: '%full%', placeholders: { shelf: 'b' } },
      ]);
      expect(await runtime.place('memory', { shelf: 'b' }, contextOf())).toEqual({ root: 'wall', path: 'b' });
      expect(await runtime.migrate('memory', 3, { shelf: 'b' }, contextOf())).toEqual({ shelf: 'b', from: 3 });
      expect(await runtime.nextStep('memory', input, contextOf())).toEqual({
        step: { type: 'form', id: 'more', values: { a: [1, null], locationId: 'memory-3f2a', stateFolder: '/nowhere' } },
        state: ['setup', { b: true }],
      });
    });

    test('give nothing where the provider has none of them', async () => {
      const { runtime } = await prepare({ source: sourceWith('', 'configFlow: undefined') });
      expect(await runtime.validate('memory', {}, contextOf())).toEqual([]);
      expect(await runtime.place('memory', {}, contextOf())).toBeUndefined();
      expect(await runtime.nextStep('memory', input, contextOf())).toBeUndefined();
      await expect(runtime.migrate('memory', 3, {}, contextOf())).rejects.toMatchObject({
        code: 'provider-broken',
        message: expect.stringContaining('can not read a configuration of version 3') as unknown,
      });
    });

    test('refuse an answer that is none', async () => {
      const { runtime } = await prepare({ source: sourceWith('', `${definition}, place: async () => 'over there'`) });
      const calls = [
        () => runtime.validate('memory', { shelf: 'wrong' }, contextOf()),
        () => runtime.place('memory', {}, contextOf()),
        () => runtime.nextStep('memory', { ...input, step: 'wrong' }, contextOf()),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'provider-broken' });
    });

    test("the provider's own error keeps what it tells", async () => {
      const { runtime } = await prepare();
      const opening = runtime.open('memory', { shelf: 'bent' }, contextOf());
      await expect(opening).rejects.toMatchObject({ code: 'invalid-config', message: 'The shelf is bent.', field: 'shelf' });
    });

    test('the signal reaches the provider, and the call ends with cancelled', async () => {
      const validate =
        'validate: (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("x"))))';
      const { runtime } = await prepare({ source: sourceWith('', `configFlow: { ${validate} }`) });
      await runtime.activate();
      const stop = new AbortController();
      const validating = runtime.validate('memory', {}, contextOf({ signal: stop.signal }));
      setTimeout(() => stop.abort(), 20);
      await expect(validating).rejects.toMatchObject({ code: 'cancelled' });
    });

    test("a location's log lines and the signal that it is no longer wanted", async () => {
      const logged: string[] = [];
      const log = { ...silentLog, info: (message: string) => void logged.push(message) };
      const source = `${memorySource.replace('export default', 'const memory =')}
export default { ...memory, async open(config, context) {
  context.signal.addEventListener('abort', () => context.log.info('unwanted'));
  return memory.open(config, context);
} };`;
      const { runtime } = await prepare({ source }, log);
      const stop = new AbortController();
      const location = await runtime.open('memory', { shelf: 'a' }, contextOf({ log, signal: stop.signal }));
      stop.abort();
      await until(() => logged.includes('unwanted'));
      await location[Symbol.asyncDispose]();
      await location[Symbol.asyncDispose]();
      await until(() => logged.includes('closed'));
      expect(logged).toEqual(['unwanted', 'closed']);
    });
  });
}
