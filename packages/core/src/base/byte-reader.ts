/**
 * Bytes as they come, in chunks of any size. Where a source says so, the memory of a chunk is used again once the one after the next is asked for;
 * who needs it for longer takes a copy. Such a source gives no empty chunks, as readers pass over them.
 */
export type ByteSource = AsyncIterable<Uint8Array>;

/**
 * Reads a byte source by length. Holds no more than one chunk of the source and what is asked for.
 * One reader at a time: the source is consumed.
 */
export class ByteReader {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  /** How much of the chunk was read: a number, since to cut the chunk each time costs more than most reads. */
  #at = 0;
  #ended = false;
  #offset = 0;

  constructor(source: ByteSource) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** How many bytes were read so far. */
  get offset(): number {
    return this.#offset;
  }

  /** The next bytes, at least one and at most `limit`, where they stand in the source's chunk; `undefined` at the end. */
  async some(limit: number = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> {
    if (!(await this.#fill())) return undefined;
    const taken = this.#held(limit);
    this.#pass(taken.length);
    return taken;
  }

  /** Exactly `length` bytes if they are at hand without waiting for the source; else `undefined`, and nothing is consumed. */
  ready(length: number): Buffer | undefined {
    const { buffer, byteOffset } = this.#chunk;
    const at = byteOffset + this.#at;
    return this.passReady(length) ? Buffer.from(buffer, at, length) : undefined;
  }

  /** Reads past `length` bytes if they are at hand. */
  passReady(length: number): boolean {
    if (this.#chunk.length - this.#at < length) return false;
    this.#pass(length);
    return true;
  }

  /** Exactly `length` bytes, or fewer if the source ends before. Meant for small lengths: they are held in memory. */
  async upTo(length: number): Promise<Buffer> {
    const ready = this.ready(length);
    if (ready !== undefined) return ready;
    const bytes = Buffer.allocUnsafe(length);
    return bytes.subarray(0, await this.fill(bytes));
  }

  /** Copies the next bytes into `bytes`. Returns how many: fewer than it has room for if the source ends before. */
  async fill(bytes: Uint8Array): Promise<number> {
    let count = 0;
    while (count < bytes.length) {
      const part = await this.some(bytes.length - count);
      if (part === undefined) break;
      bytes.set(part, count);
      count += part.length;
    }
    return count;
  }

  /** Looks at the next bytes without consuming them: `length` of them, or fewer if the source ends before. */
  async peek(length: number): Promise<Buffer> {
    while (this.#chunk.length - this.#at < length) {
      const next = await this.#next();
      if (next === undefined) break;
      const held = this.#held();
      this.#take(held.length === 0 ? next : Buffer.concat([held, next]));
    }
    const seen = this.#held(length);
    return Buffer.from(seen.buffer, seen.byteOffset, seen.length);
  }

  /** Reads past `length` bytes. Returns how many there were: fewer if the source ends before. */
  async skip(length: number): Promise<number> {
    let skipped = 0;
    while (skipped < length) {
      const part = await this.some(length - skipped);
      if (part === undefined) break;
      skipped += part.length;
    }
    return skipped;
  }

  /** All that is left. */
  async *rest(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let part = await this.some(); part !== undefined; part = await this.some()) yield part;
  }

  /** Tells the source that no more is wanted. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#take(new Uint8Array(0));
    await this.#iterator.return?.();
  }

  /** What is left of the chunk, up to `limit` bytes of it. */
  #held(limit = Number.POSITIVE_INFINITY): Uint8Array {
    const end = Math.min(this.#chunk.length, this.#at + limit);
    return this.#at === 0 && end === this.#chunk.length ? this.#chunk : this.#chunk.subarray(this.#at, end);
  }

  #pass(length: number): void {
    this.#at += length;
    this.#offset += length;
  }

  #take(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  async #fill(): Promise<boolean> {
    if (this.#at < this.#chunk.length) return true;
    const next = await this.#next();
    if (next === undefined) return false;
    this.#take(next);
    return true;
  }

  async #next(): Promise<Uint8Array | undefined> {
    while (!this.#ended) {
      const next = await this.#iterator.next();
      if (next.done === true) this.#ended = true;
      else if (next.value.length > 0) return next.value;
    }
    return undefined;
  }
}
