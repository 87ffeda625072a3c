import { crc32 } from 'node:zlib';
import type { ByteReader } from '../../base/byte-reader.js';
import { type Faults, innerFaults } from '../faults.js';
import type { GunzipOptions } from './gunzip.js';
import { readGzipEnd } from './gzip-end.js';
import { readGzipHeader } from './gzip-header.js';
import { blocksInFlight, deflateEnd, type RestartBlocks } from './restart-blocks.js';
import { BlockInflater, maxPackedSize, type PackedBlock, storedParts } from './unpack-block.js';

// The sizes come from an index, which may be wrong: they are held against these before anything is allocated.
const maxBlockSize = 4 * 1024 * 1024;

/**
 * Unpacks a gzip stream that was written in blocks, several of them at a time on the thread pool and one here, and yields them in order. The memory of a
 * chunk is used again. As strict as `gunzipFrom`; that the index disagrees with the stream is `corrupt` too. Closes the reader.
 */
export async function* gunzipBlocks(
  reader: ByteReader,
  blocks: RestartBlocks,
  options: GunzipOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const { faults = innerFaults('The archive', 'the compressed data'), onCutEnd } = options;
  let crc = 0;
  let size = 0;
  try {
    await readGzipHeader(reader, faults);
    if (reader.offset !== blocks.headerLength) throw disagrees(faults, reader.offset);
    const unpacking = new UnpackedBlocks(reader, blocks, faults);
    for (let block = await unpacking.next(); block !== undefined; block = await unpacking.next()) {
      unpacking.passOn(block);
      for (const content of block.parts) {
        crc = crc32(content, crc);
        size += content.length;
        yield content;
      }
    }
    const at = reader.offset;
    const end = await reader.upTo(deflateEnd.length);
    if (end.length < deflateEnd.length) throw faults.endsEarly(at + end.length);
    if (!end.equals(deflateEnd)) throw disagrees(faults, at);
    await readGzipEnd(reader, 0, { crc, size }, faults, onCutEnd);
  } finally {
    await reader.close();
  }
}

type Inflate = 'inflate' | 'inflateSync';

/** A block's content, in parts that are not empty; only the last one may have none. */
interface UnpackedBlock {
  readonly parts: readonly Buffer[];
  /** In which they stand; `undefined` for memory of their own. */
  readonly room: Buffer | undefined;
}

/** A block whose turn comes. */
interface StartedBlock {
  readonly content: Promise<UnpackedBlock>;
  done: boolean;
}

/** The blocks, unpacked. Reads ahead as far as the pool has use for it. */
class UnpackedBlocks {
  readonly #started: StartedBlock[] = [];
  readonly #inflater: BlockInflater;
  #next = 0;
  #failed = false;

  constructor(
    private readonly reader: ByteReader,
    private readonly blocks: RestartBlocks,
    private readonly faults: Faults,
  ) {
    const { blockSize, headerLength } = blocks;
    if (!Number.isInteger(blockSize) || blockSize < 1 || blockSize > maxBlockSize) throw disagrees(faults, headerLength);
    this.#inflater = new BlockInflater(blockSize);
  }

  async next(): Promise<UnpackedBlock | undefined> {
    while (this.#hasMore && this.#started.length < blocksInFlight) await this.#start('inflate');
    // Rather than wait for the pool, one more is unpacked here: that takes little longer than handing it over.
    if (this.#hasMore && this.#started[0]?.done === false) await this.#start('inflateSync');
    return this.#started.shift()?.content;
  }

  passOn({ room }: UnpackedBlock): void {
    this.#inflater.rooms.passOn(room);
  }

  get #hasMore(): boolean {
    return !this.#failed && this.#next < this.blocks.sizes.length;
  }

  async #start(inflate: Inflate): Promise<void> {
    const at = this.reader.offset;
    const last = this.#next === this.blocks.sizes.length - 1;
    let content: Promise<UnpackedBlock>;
    try {
      content = this.#unpack(await this.#read(), at, last, inflate);
    } catch (error) {
      // Thrown when it is its turn: what stands before it is sound, and is to be had.
      this.#failed = true;
      content = Promise.reject(error);
    }
    const started = { content, done: false };
    const settle = () => {
      started.done = true;
    };
    // Nobody waits for it if an earlier one fails, or nobody wants any more.
    content.then(settle, settle);
    this.#started.push(started);
    this.#next += 1;
  }

  async #read(): Promise<PackedBlock> {
    const { blockSize, sizes } = this.blocks;
    const size = sizes[this.#next] ?? 0;
    if (!Number.isInteger(size) || size < 1 || size > maxPackedSize(blockSize)) throw disagrees(this.faults, this.reader.offset);
    const packed = await this.#inflater.read(this.reader, size);
    if (packed.size < size) throw this.faults.endsEarly(this.reader.offset);
    return packed;
  }

  async #unpack(packed: PackedBlock, at: number, last: boolean, inflate: Inflate): Promise<UnpackedBlock> {
    const { blockSize } = this.blocks;
    const stored = storedParts(packed);
    const content = stored === undefined ? await this.#inflater[inflate](packed) : undefined;
    const parts = stored ?? (content === undefined ? undefined : [content]);
    if (parts === undefined) throw this.faults.corrupt('the compressed data cannot be unpacked', at);
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    if (size > blockSize || (size < blockSize && !last)) throw disagrees(this.faults, at);
    return { parts: parts.filter((part) => part.length > 0), room: stored === undefined ? undefined : packed.room };
  }
}

function disagrees(faults: Faults, offset: number) {
  return faults.corrupt('the compressed data is not as the index says', offset);
}
