import { inflateRaw, inflateRawSync } from 'node:zlib';
import type { ByteReader } from '../../base/byte-reader.js';
import { Rooms } from '../../base/rooms.js';
import { deflateEnd } from './restart-blocks.js';

const storedHeaderLength = 5;

/** A block as it is stored: deflate data that ends on a byte and between two deflate blocks, none of them marked as the last. */
export interface PackedBlock {
  /** All of one of the inflater's {@link BlockInflater.rooms}. */
  readonly room: Buffer;
  /** How much of the room it takes, bytes. */
  readonly size: number;
}

/** Unpacks blocks of up to `limit` bytes. */
export class BlockInflater {
  /** Each holds a packed block, and behind it an end. */
  readonly rooms: Rooms;

  constructor(private readonly limit: number) {
    this.rooms = new Rooms(maxPackedSize(limit) + deflateEnd.length);
  }

  /** The next `size` bytes, at most `maxPackedSize`; fewer where the source ends before. */
  async read(reader: ByteReader, size: number): Promise<PackedBlock> {
    const room = this.rooms.take();
    return { room, size: await reader.fill(room.subarray(0, size)) };
  }

  /** On the thread pool, but for what is stored only. `undefined` if it is no such block, or more than the limit. Gives the room back. */
  async unpack(packed: PackedBlock): Promise<Buffer | undefined> {
    const stored = storedParts(packed);
    if (stored === undefined) return this.inflate(packed);
    const content = Buffer.concat(stored);
    this.rooms.giveBack(packed.room);
    return content.length <= this.limit ? content : undefined;
  }

  /** What is not just stored, on the thread pool. */
  inflate({ room, size }: PackedBlock): Promise<Buffer | undefined> {
    const whole = withEnd(room, size);
    return new Promise((resolve) => {
      inflateRaw(whole, inflateOptions(this.limit), (error, result: unknown) => {
        this.rooms.giveBack(room);
        resolve(error === null ? inflated(result, whole.length) : undefined);
      });
    });
  }

  /** The same at once. */
  inflateSync({ room, size }: PackedBlock): Buffer | undefined {
    const whole = withEnd(room, size);
    try {
      return inflated(inflateRawSync(whole, inflateOptions(this.limit)), whole.length);
    } catch {
      return undefined;
    } finally {
      this.rooms.giveBack(room);
    }
  }
}

/** With an end put behind it the inflater has to come to an end exactly there, and tells by an error if it does not. */
function withEnd(room: Buffer, size: number): Buffer {
  room.set(deflateEnd, size);
  return room.subarray(0, size + deflateEnd.length);
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

/** The content of a block that is nothing but stored deflate blocks, where it stands in its room; `undefined` if it is anything else. */
export function storedParts({ room, size }: PackedBlock): readonly Buffer[] | undefined {
  const packed = room.subarray(0, size);
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

function isInflated(result: unknown): result is { buffer: Buffer; engine: { bytesWritten: number } } {
  return typeof result === 'object' && result !== null && 'buffer' in result && 'engine' in result;
}
