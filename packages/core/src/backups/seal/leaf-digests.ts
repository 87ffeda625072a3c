import { createHash, type Hash } from 'node:crypto';
import type { BodyPiece } from '../../provider-api/index.js';
import { leafBytes } from './leaves.js';

/**
 * The leaves of a seal, SHA-256 of each MiB of a backup, while it is made. The digest of the whole file can't be had in the same
 * pass, since its bytes are not all known in order; the leaves' can: from an open hole on, a leaf's bytes are kept until it is filled.
 * Costs 32 bytes for each MiB.
 */
export class LeafDigests {
  readonly #digests: Buffer[] = [];
  /** Those that lie across the open hole, by number. */
  readonly #waiting = new Map<number, Leaf>();
  #leaf = new Leaf(0);
  #size = 0;
  #hole: { readonly offset: number; readonly end: number } | undefined;

  /** How many bytes were added, holes included. */
  get size(): number {
    return this.#size;
  }

  add(piece: BodyPiece): void {
    if (piece.type === 'fill') this.#fill(piece.offset, piece.bytes);
    else if (piece.type === 'hole') {
      this.#hole = { offset: this.#size, end: this.#size + piece.length };
      this.#append(new Uint8Array(piece.length));
    } else this.#append(piece.bytes);
  }

  /** All leaves, in order. To be called once, after the last piece. */
  finish(): readonly Buffer[] {
    if (this.#hole !== undefined) throw new Error('a hole of the body was never filled');
    if (this.#size % leafBytes !== 0 || this.#size === 0) this.#digests.push(this.#leaf.digest());
    return this.#digests;
  }

  #append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + leafBytes - (this.#size % leafBytes));
      const inHole = this.#hole !== undefined && this.#leaf.start < this.#hole.end;
      this.#leaf.append(part, inHole ? 'to be kept' : 'known');
      at += part.length;
      this.#size += part.length;
      if (this.#size % leafBytes === 0) this.#closeLeaf(inHole);
    }
  }

  #closeLeaf(inHole: boolean): void {
    if (inHole) this.#waiting.set(this.#digests.length, this.#leaf);
    this.#digests.push(inHole ? Buffer.alloc(0) : this.#leaf.digest());
    this.#leaf = new Leaf(this.#size);
  }

  #fill(offset: number, bytes: Uint8Array): void {
    for (const [number, leaf] of this.#waiting) {
      leaf.fill(offset, bytes);
      this.#digests[number] = leaf.digest();
    }
    this.#waiting.clear();
    this.#leaf.fill(offset, bytes);
    this.#hole = undefined;
  }
}

class Leaf {
  readonly #hash: Hash = createHash('sha256');
  /** From the open hole on. */
  #kept: Buffer | undefined;
  #keptFrom = 0;
  #keptLength = 0;

  #end: number;

  constructor(readonly start: number) {
    this.#end = start;
  }

  append(bytes: Uint8Array, state: 'known' | 'to be kept'): void {
    if (state === 'known') this.#hash.update(bytes);
    else {
      if (this.#kept === undefined) {
        this.#kept = Buffer.allocUnsafe(leafBytes);
        this.#keptFrom = this.#end;
        this.#keptLength = 0;
      }
      this.#kept.set(bytes, this.#keptLength);
      this.#keptLength += bytes.length;
    }
    this.#end += bytes.length;
  }

  /** `bytes` belong at `offset` of the file. */
  fill(offset: number, bytes: Uint8Array): void {
    if (this.#kept === undefined) return;
    const kept = this.#kept.subarray(0, this.#keptLength);
    const from = Math.max(offset, this.#keptFrom);
    const to = Math.min(offset + bytes.length, this.#keptFrom + kept.length);
    if (from < to) kept.set(bytes.subarray(from - offset, to - offset), from - this.#keptFrom);
    this.#hash.update(kept);
    this.#kept = undefined;
  }

  digest(): Buffer {
    return this.#hash.digest();
  }
}
