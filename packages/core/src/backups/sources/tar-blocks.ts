import { readSync } from 'node:fs';
import { gzipBlockSize } from '../../archive/gzip/gzip.js';

/** A tar while it is written, in blocks of the size in which it is compressed: so none of them is copied again. */
export class TarBlocks {
  #block: Buffer = Buffer.allocUnsafeSlow(gzipBlockSize);
  #used = 0;
  #written = 0;
  #full: Buffer[] = [];
  /** Blocks that were given back: new ones for half a gigabyte cost as much time as its encryption. */
  readonly #free: Buffer[] = [];

  /** Bytes so far. */
  get written(): number {
    return this.#written;
  }

  /** Whether there are blocks to be taken. */
  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  /** The blocks that are full; they are the taker's, who may give them back. */
  takeFull(): readonly Buffer[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** Takes back a block that nobody reads any more, to fill it again. */
  release(block: Uint8Array): void {
    if (block.byteLength === gzipBlockSize && block.byteOffset === 0) this.#free.push(Buffer.from(block.buffer));
  }

  /** What is left at the end. */
  takeRest(): Buffer {
    return this.#block.subarray(0, this.#used);
  }

  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const part = at === 0 && bytes.length <= gzipBlockSize - this.#used ? bytes : bytes.subarray(at, at + gzipBlockSize - this.#used);
      this.#block.set(part, this.#used);
      at += part.length;
      this.#advance(part.length);
    }
  }

  /** Reads up to `limit` bytes of a file straight into the block. Returns them; none at the end of the file. */
  readFrom(file: number, limit: number): Buffer {
    const count = readSync(file, this.#block, this.#used, Math.min(limit, gzipBlockSize - this.#used), null);
    return this.#added(count);
  }

  /** As `readFrom`, of what is in memory already. */
  copyFrom(memory: Buffer, start: number, limit: number): Buffer {
    const count = Math.min(limit, gzipBlockSize - this.#used);
    memory.copy(this.#block, this.#used, start, start + count);
    return this.#added(count);
  }

  /** Up to `limit` zeros, as many as the block has room for. Returns them. */
  zeros(limit: number): Buffer {
    const count = Math.min(limit, gzipBlockSize - this.#used);
    this.#block.fill(0, this.#used, this.#used + count);
    return this.#added(count);
  }

  #added(count: number): Buffer {
    const added = this.#block.subarray(this.#used, this.#used + count);
    this.#advance(count);
    return added;
  }

  #advance(count: number): void {
    this.#used += count;
    this.#written += count;
    if (this.#used < gzipBlockSize) return;
    this.#full.push(this.#block);
    this.#block = this.#free.pop() ?? Buffer.allocUnsafeSlow(gzipBlockSize);
    this.#used = 0;
  }
}
