import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BodyPiece, ProviderError } from '../../provider-api/index.js';
import { channelPair, settle } from './data-channel.fixture.js';
import { type IncomingStream, receiveBytes, receivePieces } from './incoming-stream.js';
import { bodyWindow, maxDataBytes, streamWindow } from './limits.js';
import { sendStream } from './outgoing-stream.js';

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

/** A source that gives chunks as long as it is asked, and tells how much it gave. */
function endless(size: number) {
  const state = { given: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        state.given += size;
        controller.enqueue(Buffer.alloc(size, 'x'));
      },
      cancel: () => void (state.cancelled = true),
    },
    { highWaterMark: 0 },
  );
  return { stream, state };
}

function listOf<T>(items: readonly T[]): ReadableStream<T> {
  return new ReadableStream({
    start(controller) {
      for (const item of items) controller.enqueue(item);
      controller.close();
    },
  });
}

describe('a stream over the data channel', () => {
  test.each([true, false])('arrives whole, beside others (the reader grants: %s)', async (grant) => {
    const { here, there, faults } = channelPair();
    const contents = [1, 2, 3].map((seed) => Buffer.alloc(seed * 1_700_001, Buffer.of(seed, 200, 7)));
    const received = contents.map((_, at) => receiveBytes(there, at + 1, { grant }));
    const sent = contents.map((content, at) =>
      sendStream(here, at + 1, listOf([content.subarray(0, 5), content.subarray(5)]), {
        credit: grant ? 0 : streamWindow,
        onError: asError,
      }),
    );
    const arrived = await Promise.all(received.map(({ stream }) => buffer(stream)));
    expect(arrived.map((bytes, at) => bytes.equals(contents[at] ?? Buffer.alloc(0)))).toEqual([true, true, true]);
    await Promise.all(sent.map(({ done }) => done));
    expect(faults).toEqual([]);
  });

  test.each([20, 4_096, maxDataBytes, 3 * 1024 * 1024])('holds no more than its window where nobody reads (chunks of %i)', async (size) => {
    const { here, there, faults } = channelPair();
    const incoming = receiveBytes(there, 1, { grant: true });
    const { stream, state } = endless(size);
    const outgoing = sendStream(here, 1, stream, { credit: 0, onError: asError });
    while (incoming.buffered < bodyWindow - 2 * maxDataBytes && incoming.buffered < bodyWindow - size - 64) await settle();
    await settle();
    expect(incoming.buffered).toBeLessThanOrEqual(bodyWindow);
    expect(state.given).toBeLessThanOrEqual(bodyWindow + size);
    const before = state.given;
    // A reader makes room: as much comes after it.
    const reader = incoming.stream.getReader();
    for (let read = 0; read < bodyWindow / 2; ) read += 64 + ((await reader.read()).value?.length ?? 0);
    await settle();
    expect(incoming.buffered).toBeLessThanOrEqual(bodyWindow);
    if (size < bodyWindow) expect(state.given).toBeGreaterThan(before);
    await reader.cancel();
    await outgoing.done;
    expect(state.cancelled).toBe(true);
    expect(faults).toEqual([]);
  });

  test('holes and what fills them keep their order and bytes', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes): BodyPiece => ({ type: 'data', bytes })),
      fc.integer({ min: 0, max: 0xffff_ffff }).map((length): BodyPiece => ({ type: 'hole', length })),
      fc
        .tuple(fc.maxSafeNat(), fc.uint8Array({ maxLength: 70_000 }))
        .map(([offset, bytes]): BodyPiece => ({ type: 'fill', offset, bytes })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const { here, there } = channelPair();
        const incoming = receivePieces(there, 1, { grant: true });
        sendStream(here, 1, listOf(pieces), { credit: 0, onError: asError });
        const seen: BodyPiece[] = [];
        for await (const next of incoming.stream) seen.push(next);
        expect(seen.map(plain)).toEqual(pieces.map(plain));
      }),
      { numRuns: 30 },
    );
  });

  test("the source's failure arrives with code and message, and nothing else of it", async () => {
    const { here, there } = channelPair();
    const incoming = receiveBytes(there, 1, { grant: true });
    const failing = new ReadableStream<Uint8Array>({
      pull: () => Promise.reject(new ProviderError('rate-limited', 'Not so fast.', { retryAfter: 3, cause: new Error('a token') })),
    });
    await sendStream(here, 1, failing, { credit: 0, onError: asError }).done;
    const error: unknown = await buffer(incoming.stream).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'rate-limited', message: 'Not so fast.', retryAfter: 3 });
    expect(error).not.toHaveProperty('cause');
  });

  test('a chunk that is no bytes fails the stream', async () => {
    const { here, there } = channelPair();
    const incoming = receiveBytes(there, 1, { grant: true });
    const texts: ReadableStream = listOf(['text']);
    sendStream(here, 1, texts, { credit: 0, onError: () => new ProviderError('internal', 'No bytes.') });
    await expect(buffer(incoming.stream)).rejects.toThrow('No bytes.');
  });

  test('closing the channel fails what is read and cancels what is sent', async () => {
    const { here } = channelPair();
    const incoming = receiveBytes(here, 1, { grant: true });
    const { stream, state } = endless(10);
    const outgoing = sendStream(here, 2, stream, { credit: 0, onError: asError });
    const reading = buffer(incoming.stream);
    here.close(new ProviderError('unavailable', 'It died.'));
    await expect(reading).rejects.toThrow('It died.');
    await outgoing.done;
    expect(state.cancelled).toBe(true);
  });

  test('a sender that goes beyond its credit is a fault', async () => {
    const { here, there, faults } = channelPair();
    const incoming: IncomingStream<Uint8Array> = receiveBytes(there, 1, { grant: false });
    for (let sent = 0; sent <= streamWindow; sent += maxDataBytes) here.write(1, 'data', Buffer.alloc(maxDataBytes));
    await settle();
    expect(faults).toEqual(['there: sent more on the stream 1 than it was allowed to']);
    expect(incoming.buffered).toBeLessThanOrEqual(streamWindow);
  });

  test('what is for nobody (any more) is dropped and counted', async () => {
    const { here, there, faults } = channelPair();
    const incoming = receiveBytes(there, 1, { grant: false });
    incoming.stop(new Error('enough'));
    here.write(1, 'data', Buffer.alloc(10));
    here.write(1, 'end');
    await settle();
    expect([there.dropped, faults]).toEqual([2, []]);
  });
});

function plain(piece: BodyPiece): unknown {
  return piece.type === 'hole' ? piece : { ...piece, bytes: Buffer.from(piece.bytes).toString('hex') };
}
