import type { Writable } from 'node:stream';
import { createFrameReader, encodeFrameHeader, type FrameKind } from './data-frames.js';

/** One stream, as the channel sees it. Frames of the kinds that it doesn't take break the protocol. */
interface StreamPort {
  onDataStart?(length: number): void;
  onData?(bytes: Uint8Array): void;
  onFrame(kind: Exclude<FrameKind, 'data'>, content: Buffer): void;
  /** The channel is closed. */
  onClosed(reason: unknown): void;
}

export interface DataChannel {
  attach(stream: number, port: StreamPort): void;
  detach(stream: number): void;
  write(stream: number, kind: FrameKind, ...contents: readonly Uint8Array[]): void;
  /** Resolves when so little waits to be written that more may come; `undefined` if that is so now. */
  room(): Promise<void> | undefined;
  /** Takes the next bytes from the other side. They are kept as they are. */
  push(bytes: Uint8Array): void;
  /** The other side does what it must not. To follow "it ...". */
  fault(reason: string): void;
  /** Fails all streams. */
  close(reason: unknown): void;
  /** Frames for streams that nobody knows (any more). */
  readonly dropped: number;
}

/** Enough to keep the other side busy while the next bytes are fetched. */
const writeAhead = 1024 * 1024;

/** Carries any number of streams over one socket. Who calls it passes on what the socket receives. */
export function createDataChannel(socket: Writable, onFault: (reason: string) => void): DataChannel {
  const ports = new Map<number, StreamPort>();
  let waiting: (() => void)[] = [];
  let corked = false;
  let dropped = 0;
  let closed = false;

  function onWritten(): void {
    if (waiting.length === 0 || socket.writableLength >= writeAhead) return;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  function fault(reason: string): void {
    if (closed) return;
    closed = true;
    onFault(reason);
  }

  function portOf(stream: number): StreamPort | undefined {
    if (closed) return undefined;
    const port = ports.get(stream);
    if (port === undefined) dropped += 1;
    return port;
  }

  const push = createFrameReader({
    onDataStart(stream, length) {
      const port = portOf(stream);
      if (port?.onDataStart !== undefined) port.onDataStart(length);
      else if (port !== undefined) fault(`sent bytes on the stream ${stream}, which goes the other way`);
    },
    onData: (stream, bytes) => ports.get(stream)?.onData?.(bytes),
    onFrame: (stream, kind, content) => portOf(stream)?.onFrame(kind, content),
    onFault: fault,
  });

  return {
    attach: (stream, port) => void ports.set(stream, port),
    detach: (stream) => void ports.delete(stream),
    write(stream, kind, ...contents) {
      if (closed || socket.destroyed) return;
      // All that is written in one turn goes in one call of the system.
      if (!corked) {
        corked = true;
        socket.cork();
        process.nextTick(() => {
          corked = false;
          socket.uncork();
        });
      }
      const length = contents.reduce((sum, content) => sum + content.length, 0);
      socket.write(encodeFrameHeader(stream, kind, length), onWritten);
      for (const content of contents) socket.write(content, onWritten);
    },
    room() {
      if (closed || socket.writableLength < writeAhead) return undefined;
      return new Promise((resolve) => waiting.push(resolve));
    },
    push: (bytes) => {
      if (!closed) push(bytes);
    },
    fault,
    close(reason) {
      closed = true;
      const open = [...ports.values()];
      ports.clear();
      for (const port of open) port.onClosed(reason);
      for (const wake of waiting.splice(0)) wake();
    },
    get dropped() {
      return dropped;
    },
  };
}
