import { constants, crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import { ByteReader, type ByteSource } from '../../base/byte-reader.js';
import { throughTransform } from '../../base/through-transform.js';
import { chunkSize } from '../chunks.js';
import { type Faults, innerFaults } from '../faults.js';
import { readGzipEnd } from './gzip-end.js';
import { readGzipHeader } from './gzip-header.js';
import { isZlibError } from './zlib-error.js';

// Large chunks, and room for the next while one is read: each one is a way to the thread pool and back.
const inflateOptions = {
  chunkSize: 2 * chunkSize,
  finishFlush: constants.Z_SYNC_FLUSH,
  readableHighWaterMark: 4 * chunkSize,
  writableHighWaterMark: 4 * chunkSize,
};

export interface GunzipOptions {
  /** How faults are reported. Default: as those of an archive without a name. */
  readonly faults?: Faults;
  /**
   * Called, instead of failing, where the input ends before the member's trailer does. Decrypted downloads that Home Assistant
   * made from some version 2 archives lack up to 15 bytes there (format 5).
   */
  readonly onCutEnd?: () => void;
}

/**
 * Unpacks gzip strictly: header, CRC-32, length, one member, and behind it nothing but zeros. Node's own gunzip would
 * take further members and ignore garbage. Reads the source to its end.
 */
export function gunzip(source: ByteSource, options: GunzipOptions = {}): AsyncGenerator<Buffer, void, undefined> {
  return gunzipFrom(new ByteReader(source), options);
}

/** As {@link gunzip}, from a reader that may have been peeked at; closes it. */
export async function* gunzipFrom(reader: ByteReader, options: GunzipOptions = {}): AsyncGenerator<Buffer, void, undefined> {
  const { faults = innerFaults('The archive', 'the compressed data'), onCutEnd } = options;
  try {
    await readGzipHeader(reader, faults);
    const start = reader.offset;
    let crc = 0;
    let size = 0;
    const inflate = createInflateRaw(inflateOptions);
    const fed = new FedChunks(reader, inflate);
    try {
      for await (const chunk of throughTransform(fed.chunks(), inflate)) {
        crc = crc32(chunk, crc);
        size += chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (isZlibError(error)) throw faults.corrupt('the compressed data cannot be unpacked', start + inflate.bytesWritten);
      throw error;
    }
    const behind = new ByteReader(fed.behind());
    await readGzipEnd(behind, start + inflate.bytesWritten, { crc, size }, faults, onCutEnd);
  } finally {
    await reader.close();
  }
}

/**
 * What was fed to an inflater. It takes chunks beyond the end of the deflate data, so those that it has not
 * used up are kept; its `bytesWritten` tells how many bytes it used.
 */
class FedChunks {
  readonly #kept: Uint8Array[] = [];
  #keptFrom = 0;
  #failure: Error | undefined;

  constructor(
    private readonly reader: ByteReader,
    private readonly inflate: InflateRaw,
  ) {}

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) {
      this.#dropUsed();
      this.#kept.push(chunk);
      yield chunk;
    }
  }

  /** Everything behind the deflate data, once the inflater has found its end. */
  async *behind(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#dropUsed();
    yield Buffer.concat(this.#kept).subarray(this.inflate.bytesWritten - this.#keptFrom);
    yield* this.reader.rest();
  }

  // An error of the source that comes when the inflater has already ended is of no interest to the inflater, but to us.
  async #next(): Promise<Uint8Array | undefined> {
    try {
      return await this.reader.some(chunkSize);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  #dropUsed(): void {
    const used = this.inflate.bytesWritten;
    for (let first = this.#kept[0]; first !== undefined && this.#keptFrom + first.length <= used; first = this.#kept[0]) {
      this.#kept.shift();
      this.#keptFrom += first.length;
    }
  }
}
