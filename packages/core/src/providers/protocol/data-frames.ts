import { maxDataBytes } from './limits.js';

/**
 * - `data`: the stream's next bytes.
 * - `end`: there are no more.
 * - `fail`: there are no more because of an error, given as JSON.
 * - `credit`: the reader takes so many more bytes (u32).
 * - `stop`: the reader wants no more.
 * - `hole`: the next so many bytes come later (u32).
 * - `fill`: the bytes of a hole, behind its offset in the object (u64).
 */
export type FrameKind = 'data' | 'end' | 'fail' | 'credit' | 'stop' | 'hole' | 'fill';

const kinds: readonly FrameKind[] = ['data', 'end', 'fail', 'credit', 'stop', 'hole', 'fill'];
const codes = new Map(kinds.map((kind, code) => [kind, code]));

/** What a frame of the kind may hold, from and to, in bytes. */
const sizes: Readonly<Record<FrameKind, readonly [number, number]>> = {
  data: [0, maxDataBytes],
  end: [0, 0],
  fail: [2, 64 * 1024],
  credit: [4, 4],
  stop: [0, 0],
  hole: [4, 4],
  fill: [8, 8 + maxDataBytes],
};

/** Length of the content (u32), stream (u32), kind (u8). */
const frameHeaderBytes = 9;

export function encodeFrameHeader(stream: number, kind: FrameKind, length: number): Buffer {
  const header = Buffer.allocUnsafe(frameHeaderBytes);
  header.writeUInt32BE(length, 0);
  header.writeUInt32BE(stream, 4);
  header.writeUInt8(codes.get(kind) ?? 0, 8);
  return header;
}

export interface FrameEvents {
  /** Some of the bytes of a `data` frame, as they come and where they came: they are not copied. */
  readonly onData: (stream: number, bytes: Uint8Array) => void;
  /** A `data` frame begins: it counts even if it is empty. */
  readonly onDataStart: (stream: number, length: number) => void;
  /** A whole frame of another kind. */
  readonly onFrame: (stream: number, kind: Exclude<FrameKind, 'data'>, content: Buffer) => void;
  /** What came is no frame. To follow "it ...". */
  readonly onFault: (reason: string) => void;
}

type State =
  | { readonly at: 'header' }
  | { readonly at: 'data'; readonly stream: number; left: number }
  | { readonly at: 'content'; readonly stream: number; readonly kind: Exclude<FrameKind, 'data'>; readonly content: Buffer; held: number }
  | { readonly at: 'fault' };

const atHeader: State = { at: 'header' };

/** Finds the frames in what comes from the other side, cut anywhere. Returns what takes the next bytes. */
export function createFrameReader({ onData, onDataStart, onFrame, onFault }: FrameEvents): (bytes: Uint8Array) => void {
  const header = Buffer.alloc(frameHeaderBytes);
  let headerHeld = 0;
  let state: State = atHeader;

  function begin(): State {
    const length = header.readUInt32BE(0);
    const stream = header.readUInt32BE(4);
    const code = header.readUInt8(8);
    const kind = kinds[code];
    if (kind === undefined) return fault(`sent a frame of the unknown kind ${code}`);
    const [least, most] = sizes[kind];
    if (length < least || length > most) return fault(`sent a frame "${kind}" of ${length} bytes`);
    if (kind === 'data') {
      onDataStart(stream, length);
      return length === 0 ? atHeader : { at: 'data', stream, left: length };
    }
    if (length > 0) return { at: 'content', stream, kind, content: Buffer.allocUnsafe(length), held: 0 };
    onFrame(stream, kind, Buffer.alloc(0));
    return atHeader;
  }

  function fault(reason: string): State {
    onFault(reason);
    return { at: 'fault' };
  }

  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      if (state.at === 'fault') return;
      if (state.at === 'header') {
        const part = bytes.subarray(at, at + frameHeaderBytes - headerHeld);
        header.set(part, headerHeld);
        headerHeld += part.length;
        at += part.length;
        if (headerHeld < frameHeaderBytes) return;
        headerHeld = 0;
        state = begin();
      } else if (state.at === 'data') {
        const part = bytes.subarray(at, at + state.left);
        at += part.length;
        state.left -= part.length;
        const { stream } = state;
        if (state.left === 0) state = atHeader;
        onData(stream, part);
      } else {
        const part = bytes.subarray(at, at + state.content.length - state.held);
        state.content.set(part, state.held);
        at += part.length;
        state.held += part.length;
        if (state.held < state.content.length) return;
        const { stream, kind, content } = state;
        state = atHeader;
        onFrame(stream, kind, content);
      }
    }
  };
}
