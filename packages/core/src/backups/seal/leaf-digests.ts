import { webcrypto } from 'node:crypto';
import type { BodyPiece } from '../../provider-api/index.js';
import { leafBytes } from './leaves.js';

/** Leaves whose digests are made, on the thread pool, while the next is filled. There is a copy of each. */
const ahead = 2;

/**
 * The leaves of a seal, SHA-256 of each MiB of a backup, while it is made. The digest of the whole file can't be had in the same
 * pass, since its bytes are not all known in order; the leaves' can: one with an open hole is kept until that is filled.
 * Costs 32 bytes for each MiB.
 */
export class LeafDigests {
  /** By number; without those that wait. */
  readonly #digests: Promise<Buffer>[] = [];
  /** Leaves that lie across the open hole, by number. */
  readonly #waiting = new Map<number, Buffer>();
  #leaf = Buffer.allocUnsafe(leafBytes);
  #size = 0;
  #hole: { readonly offset: number; readonly end: number } | undefined;

  /** How many bytes were added, holes included. */
  get size(): number {
    return this.#size;
  }

  /** Fulfilled when the piece was read, and the next may come. */
  async add(piece: BodyPiece): Promise<void> {
    if (piece.type === 'fill') this.#fill(piece.offset, piece.bytes);
    else if (piece.type === 'hole') {
      this.#hole = { offset: this.#size, end: this.#size + piece.length };
      await this.#append(new Uint8Array(piece.length));
    } else await this.#append(piece.bytes);
  }

  /** All leaves, in order. To be called once, after the last piece. */
  async finish(): Promise<readonly Buffer[]> {
    if (this.#hole !== undefined) throw new Error('a hole of the body was never filled');
    const last = this.#size % leafBytes;
    if (last > 0 || this.#size === 0) this.#digests.push(digestOf(this.#leaf.subarray(0, last)));
    return Promise.all(this.#digests);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const held = this.#size % leafBytes;
      const part = bytes.subarray(at, at + leafBytes - held);
      this.#leaf.set(part, held);
      at += part.length;
      this.#size += part.length;
      if (this.#size % leafBytes === 0) await this.#closeLeaf();
    }
  }

  async #closeLeaf(): Promise<void> {
    const number = this.#size / leafBytes - 1;
    if (this.#hole !== undefined && number * leafBytes < this.#hole.end) {
      this.#waiting.set(number, this.#leaf);
      this.#leaf = Buffer.allocUnsafe(leafBytes);
    } else this.#digests[number] = digestOf(this.#leaf);
    await this.#digests[number - ahead];
  }

  #fill(offset: number, bytes: Uint8Array): void {
    for (const [number, leaf] of this.#waiting) {
      fillLeaf(leaf, number, offset, bytes);
      this.#digests[number] = digestOf(leaf);
    }
    this.#waiting.clear();
    fillLeaf(this.#leaf, Math.floor(this.#size / leafBytes), offset, bytes);
    this.#hole = undefined;
  }
}

/** Writes what of `bytes`, which belong at `offset` of the file, lies in the leaf. */
function fillLeaf(leaf: Buffer, number: number, offset: number, bytes: Uint8Array): void {
  const start = number * leafBytes;
  const from = Math.max(offset, start);
  const to = Math.min(offset + bytes.length, start + leaf.length);
  if (from < to) leaf.set(bytes.subarray(from - offset, to - offset), from - start);
}

/** The bytes may be changed as soon as this returns: Web Cryptography takes a copy first. */
function digestOf(bytes: Uint8Array): Promise<Buffer> {
  const digest = webcrypto.subtle.digest('SHA-256', bytes).then((made) => Buffer.from(made));
  // Nobody waits for it if the body breaks off.
  digest.catch(() => {});
  return digest;
}
