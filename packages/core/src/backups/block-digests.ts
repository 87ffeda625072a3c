import { createHash } from 'node:crypto';
import type { BodyPiece } from '../provider-api/index.js';

const blockBytes = 1024 * 1024;

/**
 * SHA-256 of each 1 MiB block of a backup while it is made. The digest of the whole file can't be had in the same
 * pass, since its bytes are not all known in order; the blocks' can: the few with an open hole are kept until it is filled.
 * Costs 32 bytes for each MiB.
 */
export class BlockDigests {
  readonly #digests: (Buffer | undefined)[] = [];
  /** Blocks that lie across an open hole, by their number. */
  readonly #waiting = new Map<number, Buffer>();
  #block = Buffer.allocUnsafe(blockBytes);
  #used = 0;
  #size = 0;
  #hole: { offset: number; length: number } | undefined;

  /** How many bytes were added, holes included. */
  get size(): number {
    return this.#size;
  }

  add(piece: BodyPiece): void {
    if (piece.type === 'fill') {
      this.#fill(piece.offset, piece.bytes);
    } else if (piece.type === 'hole') {
      this.#hole = { offset: this.#size, length: piece.length };
      this.#append(Buffer.alloc(piece.length));
    } else {
      this.#append(piece.bytes);
    }
  }

  /** All digests, in order. To be called once, after the last piece. */
  finish(): readonly Buffer[] {
    if (this.#used > 0 || this.#digests.length === 0) this.#closeBlock();
    return this.#digests.map((digest) => {
      if (digest === undefined) throw new Error('a hole of the body was never filled');
      return digest;
    });
  }

  #append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + blockBytes - this.#used);
      this.#block.set(part, this.#used);
      at += part.length;
      this.#used += part.length;
      this.#size += part.length;
      if (this.#used === blockBytes) this.#closeBlock();
    }
  }

  #closeBlock(): void {
    const number = this.#digests.length;
    const block = this.#block.subarray(0, this.#used);
    const holeEnd = this.#hole === undefined ? 0 : this.#hole.offset + this.#hole.length;
    if (holeEnd > number * blockBytes) {
      this.#waiting.set(number, Buffer.from(block));
      this.#digests.push(undefined);
    } else {
      this.#digests.push(sha256(block));
    }
    this.#used = 0;
  }

  #fill(offset: number, bytes: Uint8Array): void {
    for (const [number, block] of this.#waiting) {
      patch(block, number * blockBytes, offset, bytes);
      this.#digests[number] = sha256(block);
    }
    this.#waiting.clear();
    patch(this.#block.subarray(0, this.#used), this.#digests.length * blockBytes, offset, bytes);
    this.#hole = undefined;
  }
}

/** Writes the part of `bytes` (which belong at `offset` of the file) that falls into a block that starts at `blockOffset`. */
function patch(block: Buffer, blockOffset: number, offset: number, bytes: Uint8Array): void {
  const from = Math.max(offset, blockOffset);
  const to = Math.min(offset + bytes.length, blockOffset + block.length);
  if (from < to) block.set(bytes.subarray(from - offset, to - offset), from - blockOffset);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Where two lists of block digests first differ, as a byte offset; `undefined` if they are the same. */
export function firstDifference(one: readonly Buffer[], other: readonly Buffer[]): number | undefined {
  for (let number = 0; number < Math.max(one.length, other.length); number += 1) {
    const [a, b] = [one[number], other[number]];
    if (a === undefined || b === undefined || !a.equals(b)) return number * blockBytes;
  }
  return undefined;
}
