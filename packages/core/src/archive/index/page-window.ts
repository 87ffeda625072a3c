import type { ReadRange } from '../scan-backup.js';
import { indexUnreadable } from './page-cipher.js';

/** What is read together with the root page: an index of a few thousand files comes whole. */
const endBytes = 128 * 1024;
/** What is read at once of pages that are wanted one after the other. */
const aheadBytes = 512 * 1024;

/** An index object read by ranges. Pages that lie close together come in one request. */
export class PageWindow {
  #bytes = Buffer.alloc(0);
  #offset = 0;

  constructor(
    private readonly source: ReadRange,
    private readonly size: number,
  ) {}

  /** The root page, which ends the index, and what is before it. */
  async readEnd(offset: number, length: number): Promise<Buffer> {
    if (offset + length !== this.size) throw indexUnreadable('its first page does not lie at its end');
    const from = Math.max(0, Math.min(offset, this.size - endBytes));
    await this.#load(from, this.size - from);
    return this.#bytes.subarray(offset - from);
  }

  /** `until`: where the bytes end that will be wanted next. */
  async read(offset: number, length: number, until: number): Promise<Buffer> {
    if (offset < this.#offset || offset + length > this.#offset + this.#bytes.length) {
      await this.#load(offset, Math.max(length, Math.min(until - offset, aheadBytes)));
    }
    const start = offset - this.#offset;
    return this.#bytes.subarray(start, start + length);
  }

  async #load(offset: number, length: number): Promise<void> {
    const parts: Uint8Array[] = [];
    let got = 0;
    while (got < length) {
      const part = await this.source(offset + got, length - got);
      if (part.length === 0) throw indexUnreadable(`it ends at byte ${offset + got} of ${this.size}`);
      parts.push(part);
      got += part.length;
    }
    this.#bytes = Buffer.concat(parts, got);
    this.#offset = offset;
  }
}
