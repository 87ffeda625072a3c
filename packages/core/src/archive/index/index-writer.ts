import { deflateRaw, deflateRawSync } from 'node:zlib';
import type { IndexedArchive, IndexedEntry } from './archive-index.js';
import { encodeEntry } from './entry-rows.js';
import { packPage, sealPage, sha256 } from './page-cipher.js';
import type { PageSink } from './page-spool.js';
import { comparePaths, plainPath } from './path-order.js';
import { encodeRoot, type EntryPage, type RootArchive } from './root-page.js';

/** Where the root page lies, which is last. */
export interface WrittenIndex {
  /** Bytes of the whole index. */
  readonly size: number;
  readonly root: { readonly offset: number; readonly length: number /** Hexadecimal. */; readonly sha256: string };
}

export interface IndexWriter {
  /** To be called before the entries of an inner archive. */
  beginArchive(): void;
  /** Cheap: a page is compressed, encrypted and appended to the spool beside the caller's work. */
  add(entry: IndexedEntry): void;
  /** When all of the archive is known. */
  endArchive(archive: IndexedArchive): void;
  /** Writes what is left. The index is complete in the spool then. */
  finish(): Promise<WrittenIndex>;
}

/** Bytes of JSON from which on a page is closed. */
const pageLength = 48 * 1024;
const bufferLength = 64 * 1024;
const level = 6;
/** More pages than these don't wait: the next is compressed at once, which slows the caller down. */
const maxPending = 16;

/** `key`: 32 bytes, or `undefined` for the index of a backup that isn't encrypted. */
export function createIndexWriter(options: { readonly key: Buffer | undefined; readonly spool: PageSink }): IndexWriter {
  return new Writer(options.key, options.spool);
}

class Writer implements IndexWriter {
  readonly #archives: RootArchive[] = [];
  readonly #pages: EntryPage[] = [];
  #offset = 0;
  #rows = new Rows();
  #digests: string[] = [];
  #first = '';
  #last: string | undefined;
  #entries = 0;
  #sorted = true;
  #pending = 0;
  #written: Promise<void> = Promise.resolve();

  constructor(
    private readonly key: Buffer | undefined,
    private readonly spool: PageSink,
  ) {}

  beginArchive(): void {
    this.#entries = 0;
    this.#sorted = true;
    this.#last = undefined;
  }

  add(entry: IndexedEntry): void {
    const path = plainPath(entry.entry.path);
    if (this.#last !== undefined && this.#sorted && comparePaths(this.#last, path) >= 0) this.#sorted = false;
    if (this.#rows.length === 0) this.#first = path;
    this.#last = path;
    this.#entries += 1;
    this.#rows.add(encodeEntry(entry));
    if (entry.entry.type === 'file' && entry.sha256 !== undefined) this.#digests.push(entry.sha256);
    if (this.#rows.length >= pageLength) this.#closePage();
  }

  endArchive(archive: IndexedArchive): void {
    this.#closePage();
    this.#archives.push({ archive, entries: this.#entries, sorted: this.#sorted });
  }

  async finish(): Promise<WrittenIndex> {
    await this.#written;
    const json = encodeRoot({ archives: this.#archives, pages: this.#pages });
    const offset = this.#offset;
    const stored = sealPage(packPage(await deflated(json), Buffer.alloc(0)), this.key, offset);
    await this.spool.append(stored);
    return { size: offset + stored.length, root: { offset, length: stored.length, sha256: sha256(stored).toString('hex') } };
  }

  #closePage(): void {
    if (this.#rows.length === 0) return;
    const json = this.#rows.end();
    const page = { archive: this.#archives.length, first: this.#first, last: this.#last ?? '' };
    const digests = Buffer.from(this.#digests.join(''), 'hex');
    this.#rows = new Rows();
    this.#digests = [];
    const deflating = this.#pending < maxPending ? deflated(json) : deflateRawSync(json, { level });
    this.#pending += 1;
    const written = this.#store(this.#written, deflating, digests, page);
    // A failure is thrown by `finish`.
    written.catch(() => {});
    this.#written = written;
  }

  /** A page's place is known when the one before it is stored, so they are sealed one after the other. */
  async #store(
    before: Promise<void>,
    deflating: Promise<Buffer> | Buffer,
    digests: Buffer,
    page: Pick<EntryPage, 'archive' | 'first' | 'last'>,
  ): Promise<void> {
    await before;
    const offset = this.#offset;
    const stored = sealPage(packPage(await deflating, digests), this.key, offset);
    await this.spool.append(stored);
    this.#pages.push({ ...page, offset, length: stored.length, sha256: sha256(stored) });
    this.#offset += stored.length;
    this.#pending -= 1;
  }
}

/** The rows of a page, as a list in JSON. They become bytes at once: as texts, all that wait would be looked at whenever memory is collected. */
class Rows {
  #bytes: Buffer = Buffer.allocUnsafeSlow(bufferLength);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(row: string): void {
    // A character takes up to three bytes.
    const most = this.#length + 3 * row.length + 3;
    if (most > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * most);
    this.#length += this.#bytes.write(this.#length === 0 ? '[' : ',\n', this.#length, 'latin1');
    this.#length += this.#bytes.write(row, this.#length);
  }

  end(): Buffer {
    this.#length += this.#bytes.write(']', this.#length, 'latin1');
    return this.#bytes.subarray(0, this.#length);
  }
}

function deflated(json: string | Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflateRaw(json, { level }, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}
