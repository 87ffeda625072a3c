import { closeSync, constants, openSync, readSync } from 'node:fs';
import { gzip, gzipBlockSize } from '../../archive/gzip/gzip.js';
import { encodeTarHeader } from '../../archive/tar/encode-tar.js';
import { toFsPath } from '../../base/file-name.js';
import type { Source } from '../sources/source.js';
import { type ArchiveEntry, archiveEntries, headerLength } from './archive-entries.js';

export interface SizeEstimate {
  /** Of the backup file. */
  readonly bytes: number;
  /** By how many bytes it may well be off: three standard errors of the sample. */
  readonly uncertainty: number;
}

/** Samples of one block of the compressor each: at most 64 MiB are read and compressed, which takes about a second. */
const maxSamples = 128;
const entriesPerTurn = 2_000;
/** What the outer tar and the ends of the inner ones add for each source; nobody will miss what it is wrong by. */
const bytesPerSource = 16 * 1024;

/**
 * How large a backup will be, by compressing a sample of what will be in it: blocks at even distances over the inner tars, of which `tarBytes` is the
 * length, so large files are met as often as their size says. The same tree gives the same answer.
 */
export async function estimateSize(
  sources: readonly Source[],
  tarBytes: number,
  level: number,
  signal: AbortSignal,
): Promise<SizeEstimate> {
  const count = Math.max(1, Math.min(maxSamples, Math.ceil(tarBytes / gzipBlockSize)));
  const isWhole = count * gzipBlockSize >= tarBytes;
  const distance = isWhole ? gzipBlockSize : tarBytes / count;
  const ratios: number[] = [];
  const sample = new Sample(Math.floor((distance - gzipBlockSize) / 2));
  const finish = async () => {
    ratios.push((await packedSize(sample.block, level)) / gzipBlockSize);
    sample.moveTo(Math.floor((distance - gzipBlockSize) / 2 + ratios.length * distance));
  };
  let seen = 0;
  for (const entry of archiveEntries(sources)) {
    sample.take(entry);
    while (sample.isFull && ratios.length < count) {
      await finish();
      signal.throwIfAborted();
      sample.takeMore(entry);
    }
    seen += 1;
    if (seen % entriesPerTurn === 0) {
      await new Promise(setImmediate);
      signal.throwIfAborted();
    }
  }
  // The last one may end in the end of the tar.
  if (ratios.length < count) await finish();
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  // From neighbour to neighbour: files that lie together shrink alike, and that is what samples at even distances profit from.
  const variance = ratios.slice(1).reduce((sum, ratio, before) => sum + (ratio - (ratios[before] ?? mean)) ** 2, 0) / (2 * ratios.length);
  return {
    bytes: Math.ceil(mean * (isWhole ? ratios.length * gzipBlockSize : tarBytes)) + sources.length * bytesPerSource,
    uncertainty: isWhole ? 0 : Math.ceil(3 * Math.sqrt(variance / ratios.length) * tarBytes),
  };
}

/** A block of the tars that is put together while their entries pass by. */
class Sample {
  readonly block = Buffer.alloc(gzipBlockSize);
  /** Where the next entry starts. */
  #next = 0;
  #isFull = false;

  constructor(private start: number) {}

  get isFull(): boolean {
    return this.#isFull;
  }

  moveTo(start: number): void {
    this.start = start;
    this.#isFull = false;
    this.block.fill(0);
  }

  take(entry: ArchiveEntry): void {
    this.#next += entry.length;
    this.takeMore(entry);
  }

  /** Takes of the entry that passed last what lies where the block is. */
  takeMore(entry: ArchiveEntry): void {
    const begin = this.#next - entry.length;
    const from = Math.max(begin, this.start);
    const to = Math.min(this.#next, this.start + gzipBlockSize);
    if (from < to) copyPart(entry, from - begin, this.block.subarray(from - this.start, to - this.start));
    this.#isFull = this.start + gzipBlockSize <= this.#next;
  }
}

/** What lies at `offset` of an entry. What can't be read is not in the backup either, and zeros take no room. */
function copyPart(entry: ArchiveEntry, offset: number, target: Buffer): void {
  const { path, absolutePath, stats, content } = entry;
  if (offset < headerLength) {
    const { mode, uid, gid, mtimeMs } = stats;
    const type = stats.isDirectory() ? 'directory' : 'file';
    const header = encodeTarHeader({ path: path || '.', type, size: content, mode: mode & 0o7777, mtime: mtimeMs / 1000, uid, gid });
    header.subarray(offset, headerLength).copy(target);
  }
  const from = Math.max(0, offset - headerLength);
  const rest = target.subarray(Math.max(0, headerLength - offset));
  if (from >= content || rest.length === 0) return;
  try {
    const file = openSync(toFsPath(absolutePath), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      readSync(file, rest, 0, Math.min(rest.length, content - from), from);
    } finally {
      closeSync(file);
    }
  } catch {
    // The backup itself will tell of it.
  }
}

async function packedSize(block: Buffer, level: number): Promise<number> {
  let size = 0;
  const onBlocks = ({ sizes }: { readonly sizes: readonly number[] }) => {
    size = sizes.reduce((sum, each) => sum + each, 0);
  };
  for await (const _ of gzip(once(block), { level, onBlocks }));
  return size;
}

async function* once(block: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield block;
}
