import { constants, createInflateRaw } from 'node:zlib';
import { ByteReader } from '../../base/byte-reader.js';
import { throughTransform } from '../../base/through-transform.js';
import { chunkSize } from '../chunks.js';
import { innerFaults } from '../faults.js';
import { readGzipHeader } from '../gzip/gzip-header.js';
import { blocksInFlight, type RestartBlocks } from '../gzip/restart-blocks.js';
import { BlockInflater, maxPackedSize } from '../gzip/unpack-block.js';
import { isZlibError } from '../gzip/zlib-error.js';
import type { ReadRange } from '../scan-backup.js';
import type { IndexedArchive } from './archive-index.js';
import { readPlaintext } from './stored-range.js';

/**
 * Bytes `[offset, offset + length)` of an inner archive's unpacked tar; fewer only where the tar ends. Reads no more of the backup than the blocks
 * that hold them; of a gzip stream that was written without blocks, all before them. They are to be checked by whoever wants them:
 * see `readEntry`. Errors: `corrupt`, `truncated`, `key-needed`, those of `read`.
 */
export function readTarRange(
  read: ReadRange,
  archive: IndexedArchive,
  password: string | undefined,
  offset: number,
  length: number,
): AsyncGenerator<Buffer, void, undefined> {
  if (!archive.gzip) return readPlaintext(read, archive, password, offset, Math.min(offset + length, archive.plaintextSize));
  if (archive.blocks !== undefined) return readBlocks(read, archive, archive.blocks, password, offset, length);
  return readFromStart(read, archive, password, offset, length);
}

async function* readBlocks(
  read: ReadRange,
  archive: IndexedArchive,
  blocks: RestartBlocks,
  password: string | undefined,
  offset: number,
  length: number,
): AsyncGenerator<Buffer, void, undefined> {
  const { blockSize, headerLength, sizes } = blocks;
  if (length <= 0) return;
  const first = Math.floor(offset / blockSize);
  const last = Math.min(Math.floor((offset + length - 1) / blockSize), sizes.length - 1);
  const sum = (start: number, from: number, to: number) => {
    let total = start;
    for (let block = from; block < to; block += 1) total += sizes[block] ?? 0;
    return total;
  };
  const packedFrom = sum(headerLength, 0, first);
  const packed = new ByteReader(readPlaintext(read, archive, password, packedFrom, sum(packedFrom, first, last + 1)));
  const faults = innerFaults(archive.member, 'the compressed data');
  const inflater = new BlockInflater(blockSize);
  const started: Promise<Buffer>[] = [];
  const unpack = async (block: number) => {
    const at = packedFrom + packed.offset;
    const size = sizes[block] ?? 0;
    const disagrees = () => faults.corrupt('the compressed data is not as the index says', at);
    if (size > maxPackedSize(blockSize)) throw disagrees();
    const content = inflater.unpack(await inflater.read(packed, size)).then((bytes) => {
      if (bytes !== undefined && (block === sizes.length - 1 || bytes.length === blockSize)) return bytes;
      throw disagrees();
    });
    // Nobody waits for it if an earlier one fails, or nobody wants any more.
    content.catch(() => {});
    started.push(content);
  };
  try {
    let next = first;
    for (let block = first; block <= last; block += 1) {
      for (; next <= last && started.length < blocksInFlight; next += 1) await unpack(next);
      const content = await started.shift();
      const from = block * blockSize;
      const wanted = content?.subarray(Math.max(0, offset - from), Math.max(0, offset + length - from));
      if (wanted !== undefined && wanted.length > 0) yield wanted;
    }
  } finally {
    await packed.close();
  }
}

async function* readFromStart(
  read: ReadRange,
  archive: IndexedArchive,
  password: string | undefined,
  offset: number,
  length: number,
): AsyncGenerator<Buffer, void, undefined> {
  const faults = innerFaults(archive.member, 'the compressed data');
  const packed = new ByteReader(readPlaintext(read, archive, password, 0, archive.plaintextSize));
  let position = 0;
  try {
    await readGzipHeader(packed, faults);
    if (length <= 0) return;
    // The end isn't waited for, so a trailer that is split or missing (format 6.2) doesn't matter.
    const inflate = createInflateRaw({ chunkSize, finishFlush: constants.Z_SYNC_FLUSH });
    for await (const chunk of throughTransform(packed.rest(), inflate)) {
      const wanted = chunk.subarray(Math.max(0, offset - position), Math.max(0, offset + length - position));
      position += chunk.length;
      if (wanted.length > 0) yield wanted;
      if (position >= offset + length) return;
    }
  } catch (error) {
    throw isZlibError(error) ? faults.corrupt('the compressed data cannot be unpacked', packed.offset) : error;
  } finally {
    await packed.close();
  }
}
