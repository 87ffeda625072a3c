import { promisify } from 'node:util';
import { type ZlibOptions, constants, crc32, deflateRaw } from 'node:zlib';
import type { ByteSource } from '../../base/byte-reader.js';
import { inBlocks } from '../chunks.js';
import { deflateThreads } from './deflate-threads.js';
import { encodeGzipHeader, gzipTrailerLength } from './gzip-header.js';
import { isIncompressible } from './incompressible.js';
import { blocksInFlight, deflateEnd, type RestartBlocks } from './restart-blocks.js';
import { storeBlock } from './stored-block.js';

export interface GzipOptions {
  /** 1 (fast) to 9 (small), as libdeflate counts; 0 stores. */
  readonly level: number;
  /** Seconds since 1970; default 0, which means unknown. */
  readonly mtime?: number;
  /** The name of what is compressed; default empty. */
  readonly fileName?: string;
  /** What is yielded is read before the next is asked for, so that its memory may be used again. */
  readonly transient?: boolean;
  /** Called at the end: where the stream can be entered. */
  onBlocks?(blocks: RestartBlocks): void;
  /** Called with each block of the source that is not needed any more. */
  onPacked?(block: Uint8Array): void;
}

/** Bytes of content in a block. Larger ones shrink a little better, smaller ones are quicker to reach into. */
export const gzipBlockSize = 512 * 1024;

// An output buffer that mostly holds it all: each further one is another round through the thread pool.
const zlibOptions = { finishFlush: constants.Z_FULL_FLUSH, chunkSize: gzipBlockSize / 2 };

const deflateRawAsync = promisify<Uint8Array, ZlibOptions, Buffer>(deflateRaw);

/** Of zlib's levels the one that packs about as small. */
function zlibLevelFor(level: number): number {
  return Math.max(level, 3);
}

/**
 * Compresses to gzip of exactly one member without FEXTRA, as Home Assistant's readers need it (format 1.1), on all cores: each block
 * of content is deflated alone, in threads, and ends with a full flush, so the stream can be entered
 * there. A block that would not shrink is stored. At most one block more than there are cores is held at a time.
 */
export async function* gzip(source: ByteSource, options: GzipOptions): AsyncGenerator<Buffer, void, undefined> {
  const { level, transient = false } = options;
  const header = encodeGzipHeader({ level, mtime: options.mtime ?? 0, fileName: options.fileName ?? '' });
  const sizes: number[] = [];
  const underWay: { readonly block: Uint8Array; readonly packed: Promise<PackedBlock> }[] = [];
  /** Memory for what is stored: new memory for all media of a backup would take as long as its encryption. */
  const spare: Buffer[] = [];
  let crc = 0;
  let size = 0;

  function store(block: Uint8Array): PackedBlock {
    const bytes = storeBlock(block, spare.pop());
    return transient ? { bytes, release: () => void spare.push(bytes) } : { bytes };
  }

  async function pack(block: Uint8Array, isFirst: boolean): Promise<PackedBlock> {
    if (level === 0 || isIncompressible(block)) return store(block);
    // For the first alone they would not be worth it: most add-ons' folders are no larger.
    if (!isFirst) deflateThreads.start(level);
    const deflated = isFirst ? undefined : await deflateThreads.pack(block, level);
    if (deflated === 'stored') return store(block);
    if (deflated === undefined) return { bytes: await deflateRawAsync(block, { ...zlibOptions, level: zlibLevelFor(level) }) };
    if (transient) return deflated;
    const bytes = Buffer.from(deflated.bytes);
    deflated.release();
    return { bytes };
  }

  yield header;
  const packedUpTo = async function* (left: number): AsyncGenerator<Buffer, void, undefined> {
    for (let oldest = underWay[0]; oldest !== undefined && underWay.length > left; oldest = underWay[0]) {
      const { bytes, release } = await oldest.packed;
      underWay.shift();
      options.onPacked?.(oldest.block);
      sizes.push(bytes.length);
      try {
        yield bytes;
      } finally {
        release?.();
      }
    }
  };
  try {
    for await (const block of inBlocks(source, gzipBlockSize)) {
      crc = crc32(block, crc);
      size += block.length;
      underWay.push({ block, packed: pack(block, size === block.length) });
      yield* packedUpTo(blocksInFlight - 1);
    }
    yield* packedUpTo(0);
  } finally {
    // Whoever leaves early doesn't wait for these, and nobody hears of their failures.
    for (const { packed } of underWay) packed.then(({ release }) => release?.()).catch(() => {});
  }
  const trailer = Buffer.alloc(gzipTrailerLength);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  yield Buffer.concat([deflateEnd, trailer]);
  options.onBlocks?.({ headerLength: header.length, blockSize: gzipBlockSize, sizes });
}

interface PackedBlock {
  readonly bytes: Buffer;
  /** To be called when the bytes were read. */
  release?(): void;
}
