import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { ProviderError } from '@holdfast/core/provider-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesAt } from './bodies.fixture.js';
import type { ByteStream } from './byte-source.js';
import { resumingStream, type ResumingStreamOptions } from './resuming-stream.js';

const { signal } = new AbortController();
const policy = { attempts: 3, firstDelayMs: 1, maxDelayMs: 1, maxTotalMs: 1 };

/** How a connection ends, and after how many bytes. */
interface Ending {
  readonly after: number;
  readonly how: 'error' | 'early end' | 'stall' | 'whole';
}

/** A service with one object, whose connections end as told, in turn; the further ones give all. */
function serviceWith(endings: readonly Ending[], { asReadable = false, chunk = 7 } = {}) {
  const opened: { readonly offset: number; readonly length: number }[] = [];
  const state = { closed: 0, open: 0 };
  const open = async (offset: number, length: number): Promise<ByteStream> => {
    const ending = endings[opened.length] ?? { after: length, how: 'whole' };
    opened.push({ offset, length });
    state.open += 1;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      try {
        const end = ending.how === 'whole' ? length : Math.min(length, ending.after);
        for (let at = 0; at < end; at += chunk) yield bytesAt(offset + at, Math.min(chunk, end - at));
        if (ending.how === 'error') throw new Error('socket hang up');
        if (ending.how === 'stall') await new Promise<void>(() => {});
      } finally {
        state.closed += 1;
      }
    }
    return asReadable ? readable(bytes(), () => (state.open -= 1)) : streaming(bytes(), () => (state.open -= 1));
  };
  return { open, opened, state };
}

function readable(bytes: AsyncGenerator<Uint8Array>, onClose: () => void): Readable {
  return new Readable({
    read() {
      bytes.next().then(
        ({ value, done }) => this.push(done === true ? null : value),
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error('not an error')),
      );
    },
    destroy(error, callback) {
      onClose();
      callback(error);
    },
    highWaterMark: 1,
  });
}

function streaming(bytes: AsyncGenerator<Uint8Array>, onClose: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await bytes.next();
        if (done !== true) return controller.enqueue(value);
        onClose();
        return controller.close();
      } catch (error) {
        onClose();
        return controller.error(error);
      }
    },
    cancel: onClose,
  });
}

const stream = (options: Partial<ResumingStreamOptions> & Pick<ResumingStreamOptions, 'open'>) =>
  resumingStream({ offset: 0, length: 100, policy, idleMs: 30, signal, sleep: () => Promise.resolve(), ...options });

const ending: fc.Arbitrary<Ending> = fc.record({ after: fc.nat(60), how: fc.constantFrom('error', 'early end') });

describe('a stream that resumes', () => {
  test('gives the same bytes wherever connections break', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(ending, { maxLength: 6 }),
        fc.nat(1_000),
        fc.nat(200),
        fc.boolean(),
        async (endings, offset, length, asReadable) => {
          const { open, opened, state } = serviceWith(endings, { asReadable });
          const got = await buffer(stream({ open, offset, length, policy: { ...policy, attempts: 10 } }));
          expect(got.equals(bytesAt(offset, length))).toBe(true);
          for (const range of opened) expect(range.offset + range.length).toBe(offset + length);
          await wait(0);
          expect(state.open).toBe(0);
        },
      ),
    );
  });

  test.each([false, true])('takes a stall for a break, and closes the connection (as a Node stream: %s)', async (asReadable) => {
    const { open, opened, state } = serviceWith([{ after: 21, how: 'stall' }], { asReadable });
    expect((await buffer(stream({ open }))).equals(bytesAt(0, 100))).toBe(true);
    expect(opened).toEqual([
      { offset: 0, length: 100 },
      { offset: 21, length: 79 },
    ]);
    await wait(0);
    expect(state.open).toBe(0);
  });

  test('takes time that its reader takes for no stall', async () => {
    const { open, opened } = serviceWith([]);
    const reader = stream({ open }).getReader();
    await reader.read();
    await wait(60);
    while (!(await reader.read()).done);
    expect(opened).toHaveLength(1);
  });

  test('starts with a connection that is there already', async () => {
    const { open, opened } = serviceWith([{ after: 14, how: 'error' }]);
    const first = await open(0, 100);
    expect((await buffer(stream({ open, first }))).equals(bytesAt(0, 100))).toBe(true);
    expect(opened.map(({ offset }) => offset)).toEqual([0, 14]);
  });

  test('gives up when attempts in a row bring nothing; those that brought something do not count', async () => {
    const some: Ending = { after: 10, how: 'error' };
    const nothing: Ending = { after: 0, how: 'error' };
    const patient = serviceWith([some, some, some, some, nothing, nothing, some]);
    expect(await buffer(stream({ open: patient.open }))).toHaveLength(100);
    const hopeless = serviceWith([some, nothing, nothing, nothing]);
    await expect(buffer(stream({ open: hopeless.open }))).rejects.toMatchObject({ code: 'unavailable' });
    expect(hopeless.opened).toHaveLength(4);
  });

  test('tries again where the service is busy, and not where the object is gone', async () => {
    const { open } = serviceWith([]);
    let calls = 0;
    const busy: ResumingStreamOptions['open'] = (offset, length) => {
      calls += 1;
      return calls === 1 ? Promise.reject(new ProviderError('rate-limited', 'Busy.')) : open(offset, length);
    };
    expect(await buffer(stream({ open: busy }))).toHaveLength(100);
    const gone = () => Promise.reject(new ProviderError('not-found', 'It is not there.'));
    await expect(buffer(stream({ open: gone }))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('asks again where a request gets no answer, and closes an answer that comes too late', async () => {
    const { open, state } = serviceWith([]);
    let late = (_: ByteStream) => {};
    const signals: AbortSignal[] = [];
    const silent: ResumingStreamOptions['open'] = (offset, length, given) => {
      signals.push(given);
      return signals.length > 1 ? open(offset, length) : new Promise((resolve) => (late = resolve));
    };
    expect(await buffer(stream({ open: silent }))).toHaveLength(100);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    late(await open(0, 100));
    await wait(0);
    expect(state.open).toBe(0);
  });

  test('refuses more bytes than it asked for', async () => {
    const { open } = serviceWith([]);
    await expect(buffer(stream({ open: () => open(0, 200), length: 100 }))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test.each([false, true])(
    'that is left closes the connection, also while it waits for bytes (as a Node stream: %s)',
    async (asReadable) => {
      const { open, state } = serviceWith([{ after: 7, how: 'stall' }], { asReadable });
      const reader = stream({ open, idleMs: 60_000 }).getReader();
      await reader.read();
      const waiting = reader.read();
      await reader.cancel();
      expect(await waiting).toMatchObject({ done: true });
      await wait(0);
      expect(state.open).toBe(0);
    },
  );

  test('ends as cancelled when the signal fires: while it waits for bytes, and while it waits for the next attempt', async () => {
    for (const how of ['stall', 'error'] as const) {
      const stop = new AbortController();
      const { open, state } = serviceWith([{ after: 7, how }]);
      const sleep = (_: number, given: AbortSignal) => wait(60_000, undefined, { signal: given });
      setTimeout(() => stop.abort(), 10);
      await expect(buffer(stream({ open, idleMs: 60_000, signal: stop.signal, sleep }))).rejects.toMatchObject({ code: 'cancelled' });
      await wait(0);
      expect(state.open).toBe(0);
    }
  });

  test('of no bytes asks for nothing', async () => {
    const { open, opened } = serviceWith([]);
    expect(await buffer(stream({ open, length: 0 }))).toHaveLength(0);
    expect(opened).toEqual([]);
  });
});
