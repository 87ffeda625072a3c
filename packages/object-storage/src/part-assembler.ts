import { type BodyPiece, ProviderError } from '@holdfast/core/provider-api';
import { type PartBuffers, partBuffers } from './part-buffers.js';

/** One part of a body, complete. */
export interface BodyPart {
  /** Counts from 1. */
  readonly number: number;
  /** Where it starts in the body. */
  readonly offset: number;
  readonly bytes: Buffer;
  /** True for the final part. */
  readonly last: boolean;
  /** Says that nobody reads `bytes` any more: their memory is used again for a later part. */
  release?(): void;
}

/** A part that is being put together. */
interface OpenPart {
  readonly number: number;
  readonly offset: number;
  readonly buffer: Buffer;
  filled: number;
}

interface Hole {
  readonly offset: number;
  readonly length: number;
}

const largestHole = 64 * 1024;

/** Puts parts together. Each call yields the parts that it completed; the one with the open hole, or two, wait for the fill. */
export interface PartAssembler {
  add(piece: BodyPiece): Iterable<BodyPart>;
  /** The last part, when the body has ended. */
  finish(): BodyPart;
}

export function partAssembler(sizeOf: (number: number) => number): PartAssembler {
  const buffers = partBuffers();
  let current = begin(buffers, sizeOf, 1, 0);
  let waiting: OpenPart[] = [];
  let hole: Hole | undefined;

  /** Goes forward, with the bytes of `source` where there are any. A full part is let go only when more follows: it might be the last. */
  function* advance(length: number, source?: Uint8Array): Iterable<BodyPart> {
    for (let done = 0; done < length; ) {
      if (current.filled === current.buffer.length) {
        if (hole !== undefined && overlaps(current, hole)) waiting.push(current);
        else yield toBodyPart(current, buffers, false);
        current = begin(buffers, sizeOf, current.number + 1, current.offset + current.filled);
      }
      const count = Math.min(length - done, current.buffer.length - current.filled);
      if (source !== undefined) current.buffer.set(source.subarray(done, done + count), current.filled);
      current.filled += count;
      done += count;
    }
  }

  function openHole(length: number): void {
    if (hole !== undefined) throw brokenBody('a hole is opened before the one before it is filled');
    if (!Number.isInteger(length) || length < 0 || length > largestHole) throw brokenBody('a hole is too large');
    hole = { offset: current.offset + current.filled, length };
  }

  function* fill(offset: number, bytes: Uint8Array): Iterable<BodyPart> {
    if (hole?.offset !== offset || hole.length !== bytes.length) throw brokenBody('what fills a hole does not fit it');
    for (const part of [...waiting, current]) copyOverlap(bytes, offset, part);
    const complete = waiting;
    waiting = [];
    hole = undefined;
    for (const part of complete) yield toBodyPart(part, buffers, false);
  }

  return {
    *add(piece) {
      switch (piece.type) {
        case 'data':
          yield* advance(piece.bytes.length, piece.bytes);
          break;
        case 'hole':
          openHole(piece.length);
          yield* advance(piece.length);
          break;
        case 'fill':
          yield* fill(piece.offset, piece.bytes);
          break;
      }
    },
    finish() {
      if (hole !== undefined) throw brokenBody('it ends before its hole is filled');
      return toBodyPart(current, buffers, true);
    },
  };
}

function begin(buffers: PartBuffers, sizeOf: (number: number) => number, number: number, offset: number): OpenPart {
  return { number, offset, buffer: buffers.take(sizeOf(number)), filled: 0 };
}

function toBodyPart({ number, offset, buffer, filled }: OpenPart, buffers: PartBuffers, last: boolean): BodyPart {
  let released = false;
  return {
    number,
    offset,
    bytes: buffer.subarray(0, filled),
    last,
    release() {
      if (!released) buffers.giveBack(buffer);
      released = true;
    },
  };
}

function overlaps(part: OpenPart, hole: Hole): boolean {
  return part.offset < hole.offset + hole.length && hole.offset < part.offset + part.filled;
}

/** Copies what belongs into the part of bytes that start at `offset` of the body. */
function copyOverlap(bytes: Uint8Array, offset: number, part: OpenPart): void {
  const start = Math.max(offset, part.offset);
  const end = Math.min(offset + bytes.length, part.offset + part.filled);
  if (start < end) part.buffer.set(bytes.subarray(start - offset, end - offset), start - part.offset);
}

function brokenBody(reason: string): ProviderError {
  return new ProviderError('internal', `The body to store breaks its contract: ${reason}.`);
}
