import { ByteReader, type ByteSource } from '../../base/byte-reader.js';
import { backupFileFaults, type Faults } from '../faults.js';
import { headerReader } from './read-member-header.js';
import type { TarEntry } from './tar-entry.js';
import { blockSize, isZero } from './ustar-header.js';

export interface TarMember {
  readonly entry: TarEntry;
  /** Where the content starts in the tar, bytes. */
  readonly offset: number;
  /** The pax records that apply to this member, global ones included. */
  readonly pax: ReadonlyMap<string, string>;
  /** To be read before the next member is asked for; what is left is skipped then. */
  readonly body: ByteSource;
}

export interface ReadTarOptions {
  /** How faults are reported. Default: as those of a backup file. */
  readonly faults?: Faults;
  /** Asked where the tar ends between two members without end blocks: may it? */
  readonly mayLackEnd?: () => boolean;
}

/**
 * Reads a tar strictly: header checksums, sizes, zero padding, two end blocks and nothing but zeros behind them.
 * Reads the source to its end. Errors: those of `options.faults`.
 */
export function readTar(source: ByteSource, options: ReadTarOptions = {}): AsyncGenerator<TarMember, void, undefined> {
  return readTarFrom(new ByteReader(source), options);
}

/** As {@link readTar}, from a reader that may have been peeked at; closes it. */
export async function* readTarFrom(reader: ByteReader, options: ReadTarOptions = {}): AsyncGenerator<TarMember, void, undefined> {
  const { faults = backupFileFaults, mayLackEnd = () => false } = options;
  const headers = headerReader(reader, faults, mayLackEnd);
  try {
    for (let header = await headers.next(); header !== undefined; header = await headers.next()) {
      const { entry, pax } = header;
      const content = new Content(reader, entry.size, entry.path, faults);
      yield { entry, pax, offset: reader.offset, body: content };
      await content.skip();
      const missing = (blockSize - (entry.size % blockSize)) % blockSize;
      const padding = await reader.upTo(missing);
      if (!isZero(padding)) throw faults.damaged('the padding behind a member is not zero', reader.offset - padding.length, entry.path);
      if (padding.length < missing && !mayLackEnd()) throw faults.endsEarly(reader.offset, entry.path);
    }
    for (let rest = await reader.some(); rest !== undefined; rest = await reader.some()) {
      if (!isZero(rest)) throw faults.damaged('something follows the end of the archive', reader.offset - rest.length);
    }
  } finally {
    await reader.close();
  }
}

/** A member's bytes. Its invariant: never one byte beyond them, and none at all once the next member was asked for. */
class Content implements ByteSource {
  #left: number;
  #abandoned = false;

  constructor(
    private readonly reader: ByteReader,
    size: number,
    private readonly path: string,
    private readonly faults: Faults,
  ) {
    this.#left = size;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (this.#abandoned) throw new Error(`The content of ${this.path} was asked for after the next member.`);
      if (this.#left === 0) return;
      yield await this.#some();
    }
  }

  async skip(): Promise<void> {
    this.#abandoned = this.#left > 0;
    while (this.#left > 0) await this.#some();
  }

  async #some(): Promise<Uint8Array> {
    const part = await this.reader.some(this.#left);
    if (part === undefined) throw this.faults.endsEarly(this.reader.offset, this.path);
    this.#left -= part.length;
    return part;
  }
}
