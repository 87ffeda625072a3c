import type { BodyPiece } from '../../provider-api/index.js';
import type { DataChannel } from './data-channel.js';
import type { FrameKind } from './data-frames.js';
import { bodyWindow, frameCost, streamWindow } from './limits.js';
import { fromWireError, parseWireError } from './wire-error.js';

export interface IncomingStream<T> {
  readonly stream: ReadableStream<T>;
  /** Fails the stream and tells the other side that no more is wanted. */
  stop(reason: unknown): void;
  /** What has arrived and was not read, in bytes as `frameCost` counts them. */
  readonly buffered: number;
}

export interface IncomingOptions {
  /** True if the other side waits to be told how much it may send; otherwise it counts with the whole window from the start. */
  readonly grant: boolean;
  /** Nothing more will come. */
  readonly onOver?: () => void;
}

/** Bytes from the other side. */
export function receiveBytes(channel: DataChannel, id: number, options: IncomingOptions): IncomingStream<Uint8Array> {
  return receive(
    channel,
    id,
    options,
    (bytes) => bytes,
    () => undefined,
  );
}

/** A body with holes from the other side. */
export function receivePieces(channel: DataChannel, id: number, options: IncomingOptions): IncomingStream<BodyPiece> {
  return receive<BodyPiece>(channel, id, options, (bytes) => ({ type: 'data', bytes }), toPiece);
}

function toPiece(kind: FrameKind, content: Buffer): BodyPiece | undefined {
  if (kind === 'hole') return { type: 'hole', length: content.readUInt32BE(0) };
  if (kind !== 'fill') return undefined;
  const offset = Number(content.readBigUInt64BE(0));
  return Number.isSafeInteger(offset) ? { type: 'fill', offset, bytes: content.subarray(8) } : undefined;
}

function receive<T>(
  channel: DataChannel,
  id: number,
  { grant, onOver }: IncomingOptions,
  ofBytes: (bytes: Uint8Array) => T,
  ofFrame: (kind: FrameKind, content: Buffer) => T | undefined,
): IncomingStream<T> {
  const queue: { readonly piece: T; readonly cost: number }[] = [];
  const window = grant ? bodyWindow : streamWindow;
  /** So much is read before the other side is told, which is a message. */
  const creditStep = window / 4;
  /** What the other side may still send. */
  let allowed = window;
  let read = 0;
  let buffered = 0;
  /** The data frame that arrives: what is still to come, what it costs beyond its bytes, and what is there already. */
  let begun: { left: number; overhead: number; part: Uint8Array | undefined } = { left: 0, overhead: 0, part: undefined };
  let wanted = false;
  let state: 'open' | 'ended' | 'over' = 'open';
  let controller: ReadableStreamDefaultController<T> | undefined;

  function sendCredit(bytes: number): void {
    const content = Buffer.allocUnsafe(4);
    content.writeUInt32BE(bytes);
    channel.write(id, 'credit', content);
  }

  function isAllowed(cost: number): boolean {
    allowed -= cost;
    if (allowed < 0) channel.fault(`sent more on the stream ${id} than it was allowed to`);
    return allowed >= 0;
  }

  function arrived(piece: T, cost: number): void {
    buffered += cost;
    if (wanted) deliver(piece, cost);
    else queue.push({ piece, cost });
  }

  function deliverPart(bytes: Uint8Array): void {
    const cost = bytes.length + begun.overhead;
    begun.overhead = 0;
    arrived(ofBytes(bytes), cost);
  }

  function deliver(piece: T, cost: number): void {
    wanted = false;
    buffered -= cost;
    read += cost;
    if (read >= creditStep && state === 'open') {
      allowed += read;
      sendCredit(read);
      read = 0;
    }
    controller?.enqueue(piece);
  }

  /** Nothing more comes from the other side. */
  function end(next: 'ended' | 'over'): void {
    if (state === 'open') {
      channel.detach(id);
      state = next;
      onOver?.();
    }
    state = next;
  }

  function fail(reason: unknown): void {
    if (state === 'over') return;
    end('over');
    queue.length = 0;
    buffered = 0;
    controller?.error(reason);
  }

  function stop(reason: unknown): void {
    if (state === 'open') channel.write(id, 'stop');
    fail(reason);
  }

  const stream = new ReadableStream<T>(
    {
      start(given) {
        controller = given;
      },
      pull() {
        const next = queue.shift();
        if (next === undefined) wanted = true;
        else deliver(next.piece, next.cost);
        if (state === 'ended' && queue.length === 0) finish();
      },
      cancel(reason) {
        controller = undefined;
        stop(reason);
      },
    },
    { highWaterMark: 0 },
  );

  function finish(): void {
    end('over');
    controller?.close();
  }

  function onFailure(content: Buffer): void {
    const error = parseFailure(content);
    if (error === undefined) channel.fault('sent an error that can not be read');
    else fail(fromWireError(error));
  }

  channel.attach(id, {
    onDataStart(length) {
      if (isAllowed(frameCost(length))) begun = { left: length, overhead: frameCost(0), part: undefined };
    },
    onData(bytes) {
      begun.left -= bytes.length;
      const joined = begun.part && joinAdjacent(begun.part, bytes);
      if (begun.part !== undefined && joined === undefined) deliverPart(begun.part);
      begun.part = joined ?? bytes;
      if (begun.left > 0) return;
      deliverPart(begun.part);
      begun.part = undefined;
    },
    onFrame(kind, content) {
      if (kind === 'end') {
        end('ended');
        if (queue.length === 0) finish();
        return;
      }
      if (kind === 'fail') return onFailure(content);
      const piece = ofFrame(kind, content);
      if (piece === undefined) return channel.fault(`sent a frame "${kind}" on a stream that takes none`);
      const cost = frameCost(content.length);
      if (isAllowed(cost)) arrived(piece, cost);
    },
    onClosed: fail,
  });
  if (grant) sendCredit(window);

  return {
    stream,
    stop,
    get buffered() {
      return buffered;
    },
  };
}

/** One view of two that lie side by side: fewer and larger pieces are less work for all that follows. */
function joinAdjacent(first: Uint8Array, second: Uint8Array): Uint8Array | undefined {
  if (first.buffer !== second.buffer || first.byteOffset + first.length !== second.byteOffset) return undefined;
  return new Uint8Array(first.buffer, first.byteOffset, first.length + second.length);
}

function parseFailure(content: Buffer) {
  try {
    return parseWireError(JSON.parse(content.toString()));
  } catch {
    return undefined;
  }
}
