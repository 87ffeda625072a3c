import { availableParallelism } from 'node:os';

/** Behind the last block: an empty last block of deflate, with fixed codes, which ends the stream where it stands at a byte border. */
export const deflateEnd = Buffer.of(0x03, 0x00);

/** How many blocks are packed or unpacked at a time: with one more than there are cores, all of them are busy while the next is read. */
export const blocksInFlight = Math.min(Math.max(availableParallelism() + 1, 3), 9);

/**
 * Where a gzip stream that was written in blocks can be entered. Each block is deflate data that ends on a byte and refers to
 * nothing before it, so any of them can be inflated alone. The stream as a whole is one ordinary gzip member.
 */
export interface RestartBlocks {
  /** Bytes of the gzip header: where the first block starts. */
  readonly headerLength: number;
  /** Bytes that each block holds unpacked; the last may hold fewer. */
  readonly blockSize: number;
  /** Bytes of each block in the stream, in order. Behind the last come the stream's end mark (`03 00`), CRC-32 and length. */
  readonly sizes: readonly number[];
}
