import type { ReadRange } from '../scan-backup.js';
import type { IndexedArchive, IndexedEntry } from './archive-index.js';
import { decodeEntries } from './entry-rows.js';
import type { WrittenIndex } from './index-writer.js';
import { openPage, requireWritten } from './page-cipher.js';
import { PageWindow } from './page-window.js';
import { childOf, comparePaths, isWithin, plainPath } from './path-order.js';
import { decodeRoot, type EntryPage, type RootArchive, type RootPage } from './root-page.js';

interface EntriesOptions {
  /** Only this path and what is below it: a plain path. Default all. */
  readonly within?: string;
  /**
   * What lies deeper than the names in `within` isn't wanted: pages that hold nothing else are passed over.
   * Some of it comes nevertheless.
   */
  readonly shallow?: boolean;
}

/** The list of a backup's files, read page by page as far as it is needed. Paths are plain: see `plainPath`. */
export interface ArchiveIndex {
  archives(): readonly IndexedArchive[];
  /** Whether the archive's entries come in the order of `comparePaths`, each path once. */
  isSorted(member: string): boolean;
  /** The path of the archive's first entry; `undefined` if it has none. */
  firstPath(member: string): string | undefined;
  /** The path of the last. */
  lastPath(member: string): string | undefined;
  /** The first entry with this path. */
  find(member: string, path: string): Promise<IndexedEntry | undefined>;
  /** Reads all pages of the archive, and holds each against its digest. Error: `index-unreadable`. */
  check(member: string): Promise<void>;
  /** In the order of the archive. */
  entries(member: string, options?: EntriesOptions): AsyncGenerator<IndexedEntry, void, undefined>;
}

/** A page of entries is closed at 48 KiB, and one entry may make it longer. */
const maxPageBytes = 4 * 1024 * 1024;
/** The root page holds the places of all pages and blocks: 64 MiB are enough for a backup of terabytes. */
const maxRootBytes = 64 * 1024 * 1024;

/**
 * Opens an index by its root page. `written` says where that is and what; it must come from a place that is trusted. The bytes before it come
 * in the same request: they are all of a small index. Errors: `index-unreadable`, `wrong-key`, those of `read`.
 */
export async function openIndex(
  read: ReadRange,
  { size, root }: Pick<WrittenIndex, 'size' | 'root'>,
  key: Buffer | undefined,
): Promise<ArchiveIndex> {
  const window = new PageWindow(read, size);
  const stored = await window.readEnd(root.offset, root.length);
  const page = await openPage(stored, { offset: root.offset, sha256: Buffer.from(root.sha256, 'hex') }, key, maxRootBytes);
  return new Index(window, decodeRoot(page.json, root.offset), key);
}

interface ArchivePages extends RootArchive {
  readonly pages: EntryPage[];
}

class Index implements ArchiveIndex {
  readonly #members = new Map<string, ArchivePages>();
  #lastRead: { readonly page: EntryPage; readonly entries: readonly IndexedEntry[] } | undefined;

  constructor(
    private readonly window: PageWindow,
    root: RootPage,
    private readonly key: Buffer | undefined,
  ) {
    const archives = root.archives.map((archive): ArchivePages => ({ ...archive, pages: [] }));
    for (const page of root.pages) archives[page.archive]?.pages.push(page);
    for (const archive of archives) this.#members.set(archive.archive.member, archive);
  }

  archives(): readonly IndexedArchive[] {
    return [...this.#members.values()].map(({ archive }) => archive);
  }

  isSorted(member: string): boolean {
    return this.#members.get(member)?.sorted === true;
  }

  firstPath(member: string): string | undefined {
    return this.#members.get(member)?.pages[0]?.first;
  }

  lastPath(member: string): string | undefined {
    return this.#members.get(member)?.pages.at(-1)?.last;
  }

  async find(member: string, path: string): Promise<IndexedEntry | undefined> {
    const { pages, sorted } = this.#pagesOf(member);
    const start = sorted ? firstReaching(pages, path) : 0;
    for (const page of pages.slice(start, sorted ? start + 1 : undefined)) {
      const entries = await this.#read(page, sorted ? page : pages.at(-1));
      const found = entries.find(({ entry }) => plainPath(entry.path) === path);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async check(member: string): Promise<void> {
    const { pages } = this.#pagesOf(member);
    for (const page of pages) requireWritten(await this.#stored(page, pages.at(-1)), page);
  }

  async *entries(member: string, options: EntriesOptions = {}): AsyncGenerator<IndexedEntry, void, undefined> {
    const { within = '', shallow = false } = options;
    const { pages, sorted } = this.#pagesOf(member);
    let seen: string | undefined;
    for (const page of sorted ? pages.slice(firstReaching(pages, within)) : pages) {
      if (sorted && !isWithin(page.first, within) && comparePaths(page.first, within) > 0) return;
      if (sorted && shallow && seen !== undefined && isDeep(page, within, seen)) continue;
      for (const found of await this.#read(page, shallow ? page : pages.at(-1))) {
        const path = plainPath(found.entry.path);
        if (!isWithin(path, within)) continue;
        if (path !== within) seen = childOf(path, within);
        yield found;
      }
    }
  }

  #pagesOf(member: string): Pick<ArchivePages, 'pages' | 'sorted'> {
    return this.#members.get(member) ?? { pages: [], sorted: true };
  }

  /** `until`: the last page that is likely to be wanted after this one. */
  async #read(page: EntryPage, until: EntryPage | undefined): Promise<readonly IndexedEntry[]> {
    if (this.#lastRead?.page === page) return this.#lastRead.entries;
    const entries = decodeEntries(await openPage(await this.#stored(page, until), page, this.key, maxPageBytes));
    this.#lastRead = { page, entries };
    return entries;
  }

  #stored({ offset, length }: EntryPage, until: EntryPage | undefined): Promise<Buffer> {
    return this.window.read(offset, length, until === undefined ? 0 : until.offset + until.length);
  }
}

/** The number of the first page that may hold `path` or anything behind it. */
function firstReaching(pages: readonly EntryPage[], path: string): number {
  let low = 0;
  let high = pages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePaths(pages[middle]?.last ?? '', path) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether all of a page lies below the one name of `folder` that was seen last. */
function isDeep(page: EntryPage, folder: string, seen: string): boolean {
  return page.first !== seen && isWithin(page.first, seen) && isWithin(page.last, seen) && seen !== folder;
}
