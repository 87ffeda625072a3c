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
  readonly body: TarBody;
}

interface TarBody extends ByteSource {
  /** All of it, if nothing of it was read yet and it is at hand: spares small files the way through an iterator. */
  whole(): Uint8Array | undefined;
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
    for (;;) {
      const found = headers.next();
      const header = found instanceof Promise ? await found : found;
      if (header === undefined) break;
      const { entry, pax } = header;
      const content = new Content(reader, entry.size, entry.path, faults);
      yield { entry, pax, offset: reader.offset, body: content };
      if (!content.skipReady()) await content.skip();
      const missing = (blockSize - (entry.size % blockSize)) % blockSize;
      if (missing === 0) continue;
      const padding = reader.ready(missing) ?? (await reader.upTo(missing));
      if (!isZero(padding)) throw faults.corrupt('the padding behind a member is not zero', reader.offset - padding.length, entry.path);
      if (padding.length < missing && !mayLackEnd()) throw faults.endsEarly(reader.offset, entry.path);
    }
    for (let rest = await reader.some(); rest !== undefined; rest = await reader.some()) {
      if (!isZero(rest)) throw faults.corrupt('something follows the end of the archive', reader.offset - rest.length);
    }
  } finally {
    await reader.close();
  }
}

/** A member's bytes. Its invariant: never one byte beyond them, and none at all once the next member was asked for. */
class Content implements TarBody {
  #left: number;
  #abandoned = false;

  constructor(
    private readonly reader: ByteReader,
    private readonly size: number,
    private readonly path: string,
    private readonly faults: Faults,
  ) {
    this.#left = size;
  }

  whole(): Uint8Array | undefined {
    if (this.#left < this.size || this.#abandoned) return undefined;
    const bytes = this.reader.ready(this.size);
    if (bytes !== undefined) this.#left = 0;
    return bytes;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined, undefined> {
    return {
      next: async () => {
        if (this.#abandoned) throw new Error(`The content of ${this.path} was asked for after the next member.`);
        return this.#left === 0 ? { done: true, value: undefined } : { done: false, value: await this.#some() };
      },
      return: async () => ({ done: true, value: undefined }),
    };
  }

  /** Passes over what is left, if that is at hand. */
  skipReady(): boolean {
    this.#abandoned = this.#left > 0;
    return this.reader.passReady(this.#left);
  }

  async skip(): Promise<void> {
    while (this.#left > 0) await this.#some();
  }

  async #some(): Promise<Uint8Array> {
    const part = await this.reader.some(this.#left);
    if (part === undefined) throw this.faults.endsEarly(this.reader.offset, this.path);
    this.#left -= part.length;
    return part;
  }
}
