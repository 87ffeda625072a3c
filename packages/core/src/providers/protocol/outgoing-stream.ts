import { type BodyPiece, ProviderError } from '../../provider-api/index.js';
import type { DataChannel } from './data-channel.js';
import { frameCost, maxDataBytes } from './limits.js';
import { toWireError } from './wire-error.js';

export interface OutgoingStream {
  /** Fulfilled when all is sent, or no more is wanted, or the source has failed. */
  readonly done: Promise<void>;
  /** Ends it without a word to the other side. */
  stop(reason: unknown): void;
}

export interface OutgoingOptions {
  /** What the other side takes before it has said so. */
  readonly credit: number;
  /** The error to tell the other side for one of the source. */
  readonly onError: (error: unknown) => Error;
}

/** Sends a stream as fast as the other side takes it, and reads from the source no more than that. */
export function sendStream(
  channel: DataChannel,
  id: number,
  source: ReadableStream<Uint8Array> | ReadableStream<BodyPiece>,
  { credit: initial, onError }: OutgoingOptions,
): OutgoingStream {
  const reader: ReadableStreamDefaultReader<Uint8Array | BodyPiece> = source.getReader();
  let credit = initial;
  let stopped = false;
  let wake = () => {};

  function stop(reason: unknown): void {
    if (stopped) return;
    stopped = true;
    channel.detach(id);
    wake();
    reader.cancel(reason).catch(() => {});
  }

  channel.attach(id, {
    onFrame(kind, content) {
      if (kind === 'stop') return stop(new ProviderError('cancelled', 'The reader wants no more.'));
      if (kind !== 'credit') return channel.fault(`sent a frame "${kind}" on a stream that goes the other way`);
      credit += content.readUInt32BE(0);
      wake();
      return undefined;
    },
    onClosed: stop,
  });

  /** Waits until a frame that costs so much may go out. */
  async function affords(cost: number): Promise<void> {
    for (;;) {
      if (stopped) return undefined;
      if (credit >= cost) return channel.room();
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  async function sendBytes(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      await affords(frameCost(1));
      if (stopped) return;
      const part = bytes.subarray(at, at + Math.min(maxDataBytes, credit - frameCost(0)));
      at += part.length;
      credit -= frameCost(part.length);
      channel.write(id, 'data', part);
    }
  }

  async function sendPiece(piece: Uint8Array | BodyPiece): Promise<void> {
    if (piece instanceof Uint8Array) return sendBytes(piece);
    switch (piece.type) {
      case 'data':
        return sendBytes(piece.bytes);
      case 'hole': {
        const content = Buffer.alloc(4);
        content.writeUInt32BE(piece.length);
        return sendFrame('hole', content);
      }
      case 'fill': {
        const offset = Buffer.alloc(8);
        offset.writeBigUInt64BE(BigInt(piece.offset));
        return sendFrame('fill', offset, piece.bytes);
      }
      default:
        throw new TypeError('The stream has a chunk that is not bytes.');
    }
  }

  async function sendFrame(kind: 'hole' | 'fill', ...contents: readonly Uint8Array[]): Promise<void> {
    const cost = frameCost(contents.reduce((sum, content) => sum + content.length, 0));
    await affords(cost);
    if (stopped) return;
    credit -= cost;
    channel.write(id, kind, ...contents);
  }

  async function run(): Promise<void> {
    let next: ReturnType<typeof reader.read> | undefined;
    try {
      for (;;) {
        // Nothing is fetched before it may be sent.
        await affords(frameCost(1));
        if (stopped) return;
        const { done, value } = await (next ?? reader.read());
        if (stopped) return;
        if (done) return channel.write(id, 'end');
        // What comes after it is fetched while it is written, which takes the system as long.
        next = credit >= frameCost(bytesOf(value)) + frameCost(1) ? reader.read() : undefined;
        next?.catch(() => {});
        await sendPiece(value);
      }
    } catch (error) {
      if (!stopped) channel.write(id, 'fail', Buffer.from(JSON.stringify(toWireError(onError(error)))));
      reader.cancel(error).catch(() => {});
    } finally {
      if (!stopped) channel.detach(id);
      stopped = true;
    }
  }

  return { done: run(), stop };
}

function bytesOf(piece: Uint8Array | BodyPiece): number {
  if (piece instanceof Uint8Array) return piece.length;
  return piece.type === 'hole' ? 0 : piece.bytes.length;
}
