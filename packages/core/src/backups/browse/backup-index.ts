import type { IndexedArchive, IndexedEntry } from '../../archive/index/archive-index.js';
import type { ArchiveIndex } from '../../archive/index/index-reader.js';
import { isWithin } from '../../archive/index/path-order.js';
import { readTarRange } from '../../archive/index/read-archive-range.js';
import { readEntry } from '../../archive/index/read-entry.js';
import type { ReadRange } from '../../archive/scan-backup.js';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import type { ContentEntry } from '../restore/restore-result.js';
import { sourceNameOf } from '../sources/source.js';
import { sourcePaths } from './source-paths.js';

/** A backup's files, and the way to their contents by range reads. */
export interface BackupIndex extends AsyncDisposable {
  /** Of the backup. */
  readonly id: string;
  readonly sources: readonly IndexedSource[];
}

/** An entry by its path in the source. */
export interface FoundEntry {
  readonly path: string;
  readonly entry: TarEntry;
  /** Where a hard link points, as `path`. */
  readonly linkPath: string | undefined;
  readonly indexed: IndexedEntry;
}

export interface IndexedSource {
  readonly name: string;
  readonly archive: IndexedArchive;
  /** Whether the entries come in walking order, each path once. */
  readonly sorted: boolean;
  find(path: string): Promise<FoundEntry | undefined>;
  /** Reads all that the index has of it, and holds it against its digests. Error: `index-unreadable`. */
  check(): Promise<void>;
  /** See `ArchiveIndex.entries`; with `shallow`, some of what is deeper comes too. */
  entries(options?: { readonly within?: string; readonly shallow?: boolean }): AsyncGenerator<FoundEntry, void, undefined>;
  /** A file's content, checked at its end. */
  content(found: FoundEntry): AsyncGenerator<Uint8Array, void, undefined>;
  /** A range of the unpacked archive, not checked. */
  range(offset: number, length: number): AsyncGenerator<Buffer, void, undefined>;
}

/** The sources of an index. `read` reads the backup, and checks what it reads where it can; `passwordFor` tells what opens an archive. */
export function indexedSources(
  index: ArchiveIndex,
  read: ReadRange,
  passwordFor: (member: string) => string | undefined,
): readonly IndexedSource[] {
  return index.archives().map((archive): IndexedSource => {
    const { member } = archive;
    const name = sourceNameOf(member);
    const paths = sourcePaths(name, index.firstPath(member) ?? '');
    // What lies beside the prefix would come at another place than its path says.
    const whole = index.isSorted(member) && isWithin(index.lastPath(member) ?? '', paths.prefix);
    const foundOf = (indexed: IndexedEntry): FoundEntry => {
      const { entry } = indexed;
      const linkPath = entry.type === 'hardlink' ? paths.toSource(entry.linkPath ?? '') : undefined;
      return { path: paths.toSource(entry.path), entry, linkPath, indexed };
    };
    return {
      name,
      archive,
      sorted: whole,
      check: () => index.check(member),
      async find(path) {
        const indexed = (await index.find(member, paths.toArchive(path))) ?? (whole ? undefined : await index.find(member, path));
        return indexed === undefined ? undefined : foundOf(indexed);
      },
      async *entries({ within = '', shallow = false } = {}) {
        if (whole) for await (const indexed of index.entries(member, { within: paths.toArchive(within), shallow })) yield foundOf(indexed);
        else {
          for await (const indexed of index.entries(member)) {
            const found = foundOf(indexed);
            if (isWithin(found.path, within)) yield found;
          }
        }
      },
      content: (found) => readEntry(read, archive, passwordFor(member), found.indexed),
      range: (offset, length) => readTarRange(read, archive, passwordFor(member), offset, length),
    };
  });
}

export function contentEntry(source: string, { path, entry, linkPath, indexed }: FoundEntry): ContentEntry {
  const { type, size, mode, mtime } = entry;
  const link = linkPath ?? entry.linkPath;
  const { sha256 } = indexed;
  return {
    source,
    path,
    type,
    size,
    mode,
    mtime,
    ...(link === undefined ? {} : { linkPath: link }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}
