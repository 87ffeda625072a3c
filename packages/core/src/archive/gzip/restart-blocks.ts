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
