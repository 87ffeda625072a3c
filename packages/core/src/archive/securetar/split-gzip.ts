import { constants, createInflateRaw } from 'node:zlib';
import { ByteReader, type ByteSource } from '../../base/byte-reader.js';
import { isHoldfastError } from '../../base/errors.js';
import { throughTransform } from '../../base/through-transform.js';
import { innerFaults } from '../faults.js';
import { gzipTrailerLength, readGzipHeader } from '../gzip/gzip-header.js';
import { blockLength } from './header-v2.js';
import { isZlibError } from '../gzip/zlib-error.js';

// No name in a gzip header is longer than a file's name can be.
const longestHeader = 1024;
const fieldLength = gzipTrailerLength / 2;
// Behind the deflate data: padding to a whole block, and a block for each field of the trailer.
const longestEnd = 3 * blockLength - 1;

/**
 * The gzip stream of a version 1 archive without the padding in its end (format 6.2), where CRC-32 and length may have a block each. Only
 * the deflate data tells where it ends itself, so it is inflated here, and once more by who reads it. What is not as it
 * should be is handed on as it is, for the reader to judge.
 */
export async function* joinSplitGzip(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new ByteReader(source);
  try {
    const headerLength = await gzipHeaderLength(await reader.peek(longestHeader));
    yield await reader.upTo(headerLength);
    const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
    const fed = new Fed(reader);
    try {
      for await (const _ of throughTransform(fed.chunks(), inflate)) yield* fed.upTo(inflate.bytesWritten);
    } catch (error) {
      if (fed.failure !== undefined) throw fed.failure;
      if (!isZlibError(error)) throw error;
    }
    if (fed.failure !== undefined) throw fed.failure;
    yield* fed.upTo(inflate.bytesWritten);
    const end = Buffer.concat([...fed.left(), await reader.upTo(longestEnd + 1)]);
    yield end.length > longestEnd ? end : (trailerIn(end, headerLength + inflate.bytesWritten) ?? end);
    yield* reader.rest();
  } finally {
    await reader.close();
  }
}

/** CRC-32 and length, out of what stands between the deflate data and the end; `undefined` if it is no such end. */
function trailerIn(end: Buffer, offset: number): Buffer | undefined {
  const padding = (blockLength - (offset % blockLength)) % blockLength;
  if (end.length === padding + 2 * blockLength) {
    const blocks = [end.subarray(padding, padding + blockLength), end.subarray(padding + blockLength)];
    const sound = isPadding(end.subarray(0, padding)) && blocks.every((block) => isPadding(block.subarray(fieldLength)));
    return sound ? Buffer.concat(blocks.map((block) => block.subarray(0, fieldLength))) : undefined;
  }
  const rest = end.subarray(gzipTrailerLength);
  const whole = (offset + end.length) % blockLength === 0 && rest.length <= blockLength;
  return whole && isPadding(rest) ? end.subarray(0, gzipTrailerLength) : undefined;
}

/** Bytes that each hold their number. */
function isPadding(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === bytes.length);
}

/** 0 if there is no sound header. */
async function gzipHeaderLength(start: Buffer): Promise<number> {
  const reader = new ByteReader(oneChunk(start));
  try {
    await readGzipHeader(reader, innerFaults('The archive', 'the compressed data'));
    return reader.offset;
  } catch (error) {
    if (isHoldfastError(error)) return 0;
    throw error;
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** What was fed to the inflater and not yet handed on: it takes chunks beyond the end of the deflate data. */
class Fed {
  readonly #kept: Uint8Array[] = [];
  #from = 0;
  /** Of the source. It may come when the inflater is done, which then doesn't tell. */
  failure: unknown;

  constructor(private readonly reader: ByteReader) {}

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of this.reader.rest()) {
        this.#kept.push(chunk);
        yield chunk;
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  /** The bytes before `offset`. */
  *upTo(offset: number): Generator<Uint8Array, void, undefined> {
    for (let first = this.#kept[0]; first !== undefined && this.#from < offset; first = this.#kept[0]) {
      const used = Math.min(first.length, offset - this.#from);
      this.#from += used;
      if (used === first.length) this.#kept.shift();
      else this.#kept[0] = first.subarray(used);
      yield first.subarray(0, used);
    }
  }

  left(): readonly Uint8Array[] {
    return this.#kept;
  }
}
