import { inflateRaw, inflateRawSync } from 'node:zlib';
import { deflateEnd } from './restart-blocks.js';

const storedHeaderLength = 5;

/**
 * Unpacks deflate data that ends on a byte and between two deflate blocks, none of them marked as the last: `undefined` if it is anything
 * else, or more than `limit` bytes unpacked.
 */
export class BlockInflater {
  /** Rooms that are not in use. A new one for each block would cost time, and wait to be collected. */
  readonly #rooms: Buffer[] = [];
  readonly #roomLength: number;

  constructor(private readonly limit: number) {
    this.#roomLength = maxPackedSize(limit) + deflateEnd.length;
  }

  /** On the thread pool, but for what is stored only, which is cut out. */
  async unpack(packed: Buffer): Promise<Buffer | undefined> {
    const stored = storedParts(packed);
    return stored === undefined ? this.inflate(packed) : joined(stored, this.limit);
  }

  /** What is not just stored, on the thread pool. */
  inflate(packed: Buffer): Promise<Buffer | undefined> {
    const whole = this.#withEnd(packed);
    return new Promise((resolve) => {
      inflateRaw(whole, inflateOptions(this.limit), (error, result: unknown) => {
        this.#giveBack(whole);
        resolve(error === null ? inflated(result, whole.length) : undefined);
      });
    });
  }

  /** The same at once. */
  inflateSync(packed: Buffer): Buffer | undefined {
    const whole = this.#withEnd(packed);
    try {
      return inflated(inflateRawSync(whole, inflateOptions(this.limit)), whole.length);
    } catch {
      return undefined;
    } finally {
      this.#giveBack(whole);
    }
  }

  /** With an end put behind it the inflater has to come to an end exactly there, and tells by an error if it does not. */
  #withEnd(packed: Buffer): Buffer {
    const length = packed.length + deflateEnd.length;
    const room = length > this.#roomLength ? undefined : this.#rooms.pop();
    const whole = (room ?? Buffer.allocUnsafeSlow(Math.max(length, this.#roomLength))).subarray(0, length);
    whole.set(packed);
    whole.set(deflateEnd, packed.length);
    return whole;
  }

  #giveBack({ buffer }: Buffer): void {
    if (buffer.byteLength === this.#roomLength) this.#rooms.push(Buffer.from(buffer));
  }
}

/** Of a block, bytes: what cannot be made smaller gets a little larger. */
export function maxPackedSize(blockSize: number): number {
  return blockSize + Math.ceil(blockSize / 1000) + 1024;
}

function inflateOptions(limit: number) {
  // One byte more, or an inflater whose output is just full goes round once more.
  return { chunkSize: Math.max(limit + 1, 64), maxOutputLength: limit, info: true };
}

/** What inflating with `info` gives, which its types do not know; `undefined` unless all of it was read. */
function inflated(result: unknown, length: number): Buffer | undefined {
  return isInflated(result) && result.engine.bytesWritten === length ? result.buffer : undefined;
}

/** The content of deflate data that is nothing but stored blocks, where it stands; `undefined` if it is anything else. */
export function storedParts(packed: Buffer): readonly Buffer[] | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at < packed.length; ) {
    // Not the last block, of type 0; what fills up the byte may be anything.
    if (packed.length - at < storedHeaderLength || ((packed[at] ?? 0) & 0x07) !== 0) return undefined;
    const length = packed.readUInt16LE(at + 1);
    const start = at + storedHeaderLength;
    at = start + length;
    if ((length ^ packed.readUInt16LE(start - 2)) !== 0xffff || at > packed.length) return undefined;
    if (length > 0) parts.push(packed.subarray(start, at));
  }
  return parts;
}

function joined(parts: readonly Buffer[], limit: number): Buffer | undefined {
  const content = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  return content.length <= limit ? content : undefined;
}

function isInflated(result: unknown): result is { buffer: Buffer; engine: { bytesWritten: number } } {
  return typeof result === 'object' && result !== null && 'buffer' in result && 'engine' in result;
}
