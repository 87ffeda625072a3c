import { setMaxListeners } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { type BodyPiece, isProviderError, type Location } from '@holdfast/core/provider-api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bodyOf, data, partOfBody, stalledBody, streamOf, toPieces } from './bodies.fixture.js';
import { collect, drain, expectCode, keysOf } from './calls.fixture.js';

/** A location to try, empty, and how to get rid of it. */
export interface LocationUnderTest {
  readonly location: Location;
  remove(): Promise<void>;
}

/** Tries each sentence of the contract in `provider-api/location.ts` on a location. */
export function describeLocation(name: string, create: () => Promise<LocationUnderTest>): void {
  describe(name, () => {
    let subject: LocationUnderTest;
    let location: Location;
    const { signal } = new AbortController();
    // Many calls at the same time share it.
    setMaxListeners(0, signal);

    beforeEach(async () => {
      subject = await create();
      location = subject.location;
    });
    afterEach(async () => {
      await location[Symbol.asyncDispose]();
      await subject.remove();
    });

    const put = (key: string, text: string) => location.put(key, bodyOf(text), { signal });
    const read = async (key: string, range: { offset?: number; length?: number } = {}) =>
      (await buffer(await location.get(key, { ...range, signal }))).toString();

    test('gives back what was put, and what is known of it', async () => {
      const info = await put('folder/one.tar', 'first content');
      expect(info).toMatchObject({ key: 'folder/one.tar', size: 13 });
      expect(new Date(info.modifiedAt).toISOString()).toBe(info.modifiedAt);
      expect(await read('folder/one.tar')).toBe('first content');
      expect(await location.head('folder/one.tar', { signal })).toEqual(info);
      expect(await keysOf(location)).toEqual(['folder/one.tar']);
    });

    test('replaces an object of the same key', async () => {
      await put('a', 'long old content');
      expect(await put('a', 'new')).toMatchObject({ size: 3 });
      expect(await read('a')).toBe('new');
    });

    test('stores an empty object', async () => {
      expect(await put('empty', '')).toMatchObject({ size: 0 });
      expect(await read('empty')).toBe('');
    });

    test.each([
      [{ offset: 3 }, '3456789'],
      [{ length: 4 }, '0123'],
      [{ offset: 2, length: 3 }, '234'],
      [{ offset: 8, length: 100 }, '89'],
      [{ offset: 4, length: 0 }, ''],
      [{ offset: 10 }, ''],
      [{ offset: 1000, length: 5 }, ''],
    ])('reads the range %j', async (range, expected) => {
      await put('digits', '0123456789');
      expect(await read('digits', range)).toBe(expected);
    });

    test('a reader of an object that is replaced sees the old bytes or an error, never a mix', async () => {
      const size = 3_000_000;
      await put('a', 'o'.repeat(size));
      const stream = await location.get('a', { signal });
      await put('a', 'n'.repeat(size));
      const seen = await buffer(stream).catch((error: unknown) => error);
      if (Buffer.isBuffer(seen)) expect(seen.equals(Buffer.alloc(size, 'o'))).toBe(true);
      else expect(isProviderError(seen)).toBe(true);
    });

    test('knows what is not there', async () => {
      await expectCode(location.get('nothing', { signal }), 'not-found');
      await expectCode(location.get('no/such', { signal }), 'not-found');
      expect(await location.head('nothing', { signal })).toBeUndefined();
      expect(await location.head('no/such/folder', { signal })).toBeUndefined();
      expect(await keysOf(location)).toEqual([]);
      await location.delete('nothing', { signal });
      await location.delete('no/such/folder', { signal });
    });

    test('deletes', async () => {
      await put('a/b/c', '1');
      await put('a/d', '2');
      await location.delete('a/b/c', { signal });
      expect(await keysOf(location)).toEqual(['a/d']);
      await expectCode(location.get('a/b/c', { signal }), 'not-found');
      await put('a/b', 'the name of what was a folder is free again');
      expect(await keysOf(location)).toEqual(['a/b', 'a/d']);
    });

    test('lists by prefix, in the order of the bytes of the keys', async () => {
      const keys = ['C', 'a-b', 'a.tar', 'a/b', 'a/b-c/d', 'a/c', 'a0', 'ab/c', 'b'];
      for (const key of keys.toReversed()) await put(key, key);
      expect(await keysOf(location)).toEqual(keys);
      for (const prefix of ['a', 'a/', 'a/b', 'a/b-c/d', 'ab/', 'C', 'a/b/', 'zzz']) {
        expect(await keysOf(location, prefix)).toEqual(keys.filter((key) => key.startsWith(prefix)));
      }
    });

    test.each([
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../../b',
      '.a',
      'a/.b',
      'a.',
      'with blank',
      'é',
      'a\\b',
      'a\0b',
      'con',
      'a/NUL.txt',
      'x'.repeat(513),
    ])('refuses to store under %j', async (key) => {
      await expectCode(put(key, 'x'), 'internal');
      expect(await keysOf(location)).toEqual([]);
    });

    test.each(['', '..', '../a', 'a/../../b', '/etc/passwd', '.hidden', 'a\0b'])('refuses to read or delete %j', async (key) => {
      await expectCode(location.get(key, { signal }), 'internal');
      await expectCode(location.head(key, { signal }), 'internal');
      await expectCode(location.delete(key, { signal }), 'internal');
    });

    test('a body that fails leaves what was there, and its error is told', async () => {
      await put('kept', 'old');
      for (const key of ['kept', 'new/object']) {
        const failing = streamOf([Buffer.alloc(100_000), new Error('the source failed')]);
        await expect(location.put(key, failing, { signal })).rejects.toThrow('the source failed');
      }
      expect(await keysOf(location)).toEqual(['kept']);
      expect(await read('kept')).toBe('old');
    });

    test('a cancelled put ends at once, even where the body gives nothing, and leaves what was there', async () => {
      await put('kept', 'old');
      for (const key of ['kept', 'new/object']) {
        const stop = new AbortController();
        const { body, state } = stalledBody(Buffer.alloc(1_000_000));
        const storing = location.put(key, body, { signal: stop.signal });
        await state.waiting;
        stop.abort();
        await expectCode(storing, 'cancelled');
        expect(state.cancelled).toBe(true);
      }
      expect(await keysOf(location)).toEqual(['kept']);
      expect(await read('kept')).toBe('old');
    });

    test('every call with a signal that has fired is cancelled', async () => {
      await put('a', 'content');
      const gone = { signal: AbortSignal.abort() };
      await expectCode(location.put('b', bodyOf('x'), gone), 'cancelled');
      await expectCode(location.get('a', gone), 'cancelled');
      await expectCode(location.head('a', gone), 'cancelled');
      await expectCode(location.delete('a', gone), 'cancelled');
      await expectCode(collect(location.list('', gone)), 'cancelled');
      if (location.check) await expectCode(location.check(gone), 'cancelled');
      if (location.usage) await expectCode(location.usage(gone), 'cancelled');
      if (location.sweep) await expectCode(location.sweep(gone), 'cancelled');
      expect(await keysOf(location)).toEqual(['a']);
    });

    test('a stream that is being read is cancelled', async () => {
      await put('a', 'x'.repeat(2_000_000));
      const stop = new AbortController();
      const reader = (await location.get('a', { signal: stop.signal })).getReader();
      await reader.read();
      stop.abort();
      await expectCode(drain(reader), 'cancelled');
    });

    test('a body that is not read to its end is cancelled', async () => {
      const { body, state } = stalledBody(Buffer.alloc(10));
      await expectCode(location.put('not a key', body, { signal }), 'internal');
      expect(state.cancelled).toBe(true);
    });

    test('calls run at the same time', async () => {
      const keys = Array.from({ length: 20 }, (_, number) => `folder-${number % 3}/deep/object-${number}`);
      await Promise.all(keys.map((key) => put(key, key.repeat(5_000))));
      expect(await Promise.all(keys.map((key) => read(key)))).toEqual(keys.map((key) => key.repeat(5_000)));
      await Promise.all(keys.flatMap((key) => [location.delete(key, { signal }), put(`again/${key}`, key)]));
      expect(await keysOf(location)).toEqual(keys.map((key) => `again/${key}`).sort());
    });

    test('a body with holes gives the bytes of its pieces in their places', async ({ skip }) => {
      const { putDeferred } = location;
      if (putDeferred === undefined) return skip('has no deferred writes');
      await fc.assert(
        fc.asyncProperty(fc.array(partOfBody, { maxLength: 12 }), async (parts) => {
          const { pieces, content } = toPieces(parts);
          const info = await putDeferred.call(location, 'holes', streamOf(pieces), { signal });
          expect(info.size).toBe(content.length);
          expect((await buffer(await location.get('holes', { signal }))).equals(content)).toBe(true);
        }),
        { numRuns: 40 },
      );
    });

    test.each<[string, BodyPiece[]]>([
      ['ends with an open hole', [data('a'), { type: 'hole', length: 4 }]],
      ['opens a second hole', [{ type: 'hole', length: 4 }, data('a'), { type: 'hole', length: 4 }]],
      ['fills where no hole is', [data('abcdef'), { type: 'fill', offset: 0, bytes: Buffer.from('x') }]],
      [
        'fills half a hole',
        [
          { type: 'hole', length: 4 },
          { type: 'fill', offset: 0, bytes: Buffer.from('xy') },
        ],
      ],
      ['fills beside the hole', [data('a'), { type: 'hole', length: 2 }, { type: 'fill', offset: 2, bytes: Buffer.from('xy') }]],
    ])('refuses a body that %s', async (_, pieces) => {
      if (location.putDeferred === undefined) return;
      await expectCode(location.putDeferred('a', streamOf(pieces), { signal }), 'internal');
      expect(await keysOf(location)).toEqual([]);
    });

    test('checks itself and leaves nothing behind', async () => {
      await location.check?.({ signal });
      expect(await keysOf(location)).toEqual([]);
    });

    test('sweeps nothing that is in use', async () => {
      const { body, state } = stalledBody(Buffer.alloc(300_000, 'x'));
      const storing = location.put('slow', body, { signal });
      await state.waiting;
      expect(await location.sweep?.({ signal })).toBeOneOf([0, undefined]);
      state.end();
      expect(await storing).toMatchObject({ size: 300_000 });
    });
  });
}
