import type { ArchiveEntry } from './archive-entries.js';

/** A file, or a folder with all that is below it. */
export interface LargeEntry {
  /** The source's name. */
  readonly source: string;
  /** Relative to the source. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** Of the contents. */
  readonly bytes: number;
}

interface OpenFolder {
  readonly source: string;
  readonly path: string;
  bytes: number;
  /** The largest in it, none inside another. */
  entries: readonly LargeEntry[];
}

const kept = 5;
/** A folder of which a few parts are that much, is told by its parts. */
const mostOfIt = 0.7;

/**
 * The few entries that make most of the sources, none of them inside another: a folder of many files is told as the folder, one that holds little but
 * a few large files as those. Takes entries in the order of a walk, and holds no more than the folders that are open.
 */
export class LargestEntries {
  readonly #open: OpenFolder[] = [];
  #found: readonly LargeEntry[] = [];

  add({ source: { name: source }, path, stats, content: bytes }: ArchiveEntry): void {
    while (this.#open.length > 0 && !this.#isInside(source, path)) this.#close();
    if (stats.isDirectory()) this.#open.push({ source, path, bytes: 0, entries: [] });
    else this.#addTo(this.#open.at(-1), bytes, [{ source, path, kind: 'file', bytes }]);
  }

  finish(): readonly LargeEntry[] {
    while (this.#open.length > 0) this.#close();
    return this.#found;
  }

  #isInside(source: string, path: string): boolean {
    const folder = this.#open.at(-1);
    if (folder?.source !== source || path === '') return false;
    return folder.path === '' || path.startsWith(`${folder.path}/`);
  }

  #close(): void {
    const folder = this.#open.pop();
    if (folder === undefined) return;
    const { source, path, bytes, entries } = folder;
    const isToldByParts = path === '' || entries.reduce((sum, entry) => sum + entry.bytes, 0) >= bytes * mostOfIt;
    this.#addTo(this.#open.at(-1), bytes, isToldByParts ? entries : [{ source, path, kind: 'folder', bytes }]);
  }

  #addTo(parent: OpenFolder | undefined, bytes: number, entries: readonly LargeEntry[]): void {
    if (bytes === 0) return;
    if (parent === undefined) this.#found = largestOf([...this.#found, ...entries]);
    else {
      parent.bytes += bytes;
      const smallest = parent.entries.length < kept ? 0 : (parent.entries.at(-1)?.bytes ?? 0);
      if (entries.some((entry) => entry.bytes > smallest)) parent.entries = largestOf([...parent.entries, ...entries]);
    }
  }
}

function largestOf(entries: readonly LargeEntry[]): readonly LargeEntry[] {
  return entries.toSorted((a, b) => b.bytes - a.bytes).slice(0, kept);
}
