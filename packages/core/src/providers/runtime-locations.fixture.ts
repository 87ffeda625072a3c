import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { BodyPiece } from '../provider-api/index.js';
import { manifestWith, silentLog } from './package.fixture.js';
import { bodyOf, contextOf, type createSubject, sourceWith, until } from './runtime-subject.fixture.js';

const { signal } = new AbortController();

/** Tries the locations that a runtime opens. */
export function describeRuntimeLocations({ openMemory, prepare }: Pick<ReturnType<typeof createSubject>, 'openMemory' | 'prepare'>): void {
  describe('a guarded location', () => {
    test('works as the provider made it', async () => {
      const location = await openMemory();
      await location.put('b', bodyOf('x', 'yz'), { signal });
      expect((await buffer(await location.get('b', { signal }))).toString()).toBe('xyz');
      expect(await location.head('b', { signal })).toMatchObject({ size: 3 });
    });

    test('an unexpected error becomes internal, and its text goes to the log alone', async () => {
      const logged: string[] = [];
      const location = await openMemory({}, { ...silentLog, error: (message) => void logged.push(message) });
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

    test('no error quotes a secret that the provider was given', async () => {
      const refusal = `new ProviderError('auth-failed', 'refused ' + encodeURIComponent(config.password))`;
      const { runtime } = await prepare({
        source: sourceWith(`head() { throw ${refusal}; }, get: () => new ReadableStream({ pull() { throw ${refusal}; } }),
          async *list() { throw ${refusal}; }`),
      });
      const location = await runtime.open('memory', { shelf: 'a', password: 'open sesame' }, contextOf());
      const refused = { code: 'auth-failed', message: 'refused [secret]' };
      await expect(location.head('a', { signal })).rejects.toMatchObject(refused);
      await expect(location.get('a', { signal }).then((bytes) => buffer(bytes))).rejects.toMatchObject(refused);
      await expect(location.list('', { signal })[Symbol.asyncIterator]().next()).rejects.toMatchObject(refused);
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
      const location = await openMemory({
        source: sourceWith('get: async () => new ReadableStream({ pull: () => new Promise(() => {}) })'),
      });
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

    test('has the optional calls that the provider has, and no others', async () => {
      const location = await openMemory({ source: sourceWith('sweep: async () => 3') });
      expect(await location.usage?.({ signal })).toEqual({ total: 0 });
      expect(await location.sweep?.({ signal })).toBe(3);
      expect([location.check, location.putDeferred]).toEqual([undefined, undefined]);
    });

    test('a body with holes arrives piece by piece', async () => {
      const keep = `async putDeferred(key, body) {
  const seen = [];
  for await (const { type, length, offset, bytes } of body) seen.push([type, length ?? offset ?? 0, bytes ? Buffer.from(bytes).toString() : ''].join(' '));
  return { key: seen.join(', '), size: 1, modifiedAt: '' };
}`;
      const location = await openMemory({ manifest: manifestWith({ features: ['deferredWrites'] }), source: sourceWith(keep) });
      const pieces: BodyPiece[] = [
        { type: 'data', bytes: Buffer.from('ab') },
        { type: 'hole', length: 3 },
        { type: 'data', bytes: Buffer.from('cd') },
        { type: 'fill', offset: 2, bytes: Buffer.from('xyz') },
      ];
      const left = pieces.values();
      const body = new ReadableStream<BodyPiece>({
        pull(controller) {
          const { done, value } = left.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        },
      });
      const info = await location.putDeferred?.('a', body, { signal });
      expect(info?.key).toBe('data 0 ab, hole 3 , data 0 cd, fill 2 xyz');
    });

    test('megabytes come back as they were put, several at the same time', async () => {
      const location = await openMemory();
      const contents = [1, 2, 3].map((seed) => Buffer.alloc(5_000_001, Buffer.of(seed, 7, 255 - seed, 3)));
      await Promise.all(
        contents.map((content, at) => location.put(`key-${at}`, bodyOf(content.subarray(0, 3), content.subarray(3)), { signal })),
      );
      const back = await Promise.all(contents.map(async (_, at) => buffer(await location.get(`key-${at}`, { signal }))));
      expect(back.map((bytes, at) => bytes.equals(contents[at] ?? Buffer.alloc(0)))).toEqual([true, true, true]);
    });

    test("a stream's failure keeps its code and message", async () => {
      const failing = `get: async () => new ReadableStream({ start(controller) { controller.enqueue(Buffer.from('x')); },
  pull() { throw new ProviderError('rate-limited', 'Not so fast.'); } })`;
      const location = await openMemory({ source: sourceWith(failing) });
      await expect(buffer(await location.get('a', { signal }))).rejects.toMatchObject({ code: 'rate-limited', message: 'Not so fast.' });
    });

    test('a reader that wants no more ends what the provider reads', async () => {
      const logged: string[] = [];
      const endless = `get: async () => new ReadableStream({ pull(controller) { controller.enqueue(Buffer.alloc(100_000)); },
  cancel() { context.log.info('ended'); } })`;
      const location = await openMemory({ source: sourceWith(endless) }, { ...silentLog, info: (message) => void logged.push(message) });
      const reader = (await location.get('a', { signal })).getReader();
      expect((await reader.read()).value?.length).toBeGreaterThan(0);
      await reader.cancel();
      await until(() => logged.includes('ended'));
    });

    test('a listing comes whole and in order, and may be left early', async () => {
      const listing = `async *list(prefix) {
  try { for (let number = 0; number < 3_000; number += 1) yield { key: prefix + number, size: number, modifiedAt: 'then' }; }
  finally { context.log.info('left'); }
}`;
      const left: string[] = [];
      const location = await openMemory({ source: sourceWith(listing) }, { ...silentLog, info: (message) => void left.push(message) });
      const keys: string[] = [];
      for await (const info of location.list('k', { signal })) keys.push(info.key);
      expect(keys).toEqual(Array.from({ length: 3_000 }, (_, number) => `k${number}`));
      for await (const info of location.list('k', { signal })) {
        expect(info).toEqual({ key: 'k0', size: 0, modifiedAt: 'then' });
        break;
      }
      await until(() => left.length === 2);
    });
  });
}
