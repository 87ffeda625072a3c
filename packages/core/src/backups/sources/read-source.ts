import { closeSync, constants, fstatSync, openSync, readlinkSync, type Stats } from 'node:fs';
import { gzipBlockSize } from '../../archive/gzip/gzip.js';
import type { IndexedEntry } from '../../archive/index/archive-index.js';
import { encodeTarHeader, tarEnd, tarPadding } from '../../archive/tar/encode-tar.js';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { decodeName, displayName, toFsPath } from '../../base/file-name.js';
import { ContentDigest } from './content-digest.js';
import { type FileAttributes, type FileContent, OpenContent } from './file-content.js';
import { openListed } from './open-listed.js';
import { PrefetchedEntries, type PrefetchOptions } from './prefetch/prefetched-entries.js';
import type { PrefetchedFile } from './prefetch/prefetched-file.js';
import type { Source } from './source.js';
import { SqliteCopies } from './sqlite-copies.js';
import { TarBlocks } from './tar-blocks.js';
import { isGone, type ListedEntry, listSource, type SourceProblemCode } from './walk-source.js';

/** Something that is not in the backup as it should be. */
export interface SourceProblem {
  readonly source: string;
  readonly path: string;
  readonly code: SourceProblemCode;
  readonly message: string;
}

export interface SourceObserver {
  onFile(path: string): void;
  /** Bytes of file content, as they are read. */
  onBytes(count: number): void;
  onProblem(problem: SourceProblem): void;
  onExcluded(path: string): void;
  /** Each entry, when all of it was handed over. */
  onEntry?(entry: IndexedEntry): void;
}

/**
 * A source as the bytes of its inner tar, read in one pass in the blocks in which it is compressed. What vanishes, changes
 * or can't be read meanwhile is reported; the tar stays well-formed, because a file's content is cut or filled with
 * zeros to the size that its header announced. Whoever is done with a block may give it back to `blocks`.
 */
export async function* readSource(
  source: Source,
  observer: SourceObserver,
  blocks = new TarBlocks(),
  prefetch: PrefetchOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const listed = listSource(source, {
    onProblem: (path, code, cause) => reader.report(path, code, cause),
    onExcluded: (path) => observer.onExcluded(path),
  });
  const entries = new PrefetchedEntries(listed, prefetch);
  const reader = new SourceReader(source, observer, blocks, (size) => entries.count(size));
  const databases = new SqliteCopies(source.spoolFolder, (path, cause) => reader.reportUncopied(path, cause));
  for (const { entry, file } of entries) {
    if (databases.leavesOut(entry)) continue;
    if (entry.kind === 'file' && entry.maybeDatabase === true) {
      await using copy = await databases.of(entry);
      for (const _ of reader.steps(entry, copy?.path)) yield* blocks.takeFull();
    } else if (file !== undefined) reader.addPrefetched(entry.path, file);
    else for (const _ of reader.steps(entry)) yield* blocks.takeFull();
    if (blocks.hasFull) yield* blocks.takeFull();
  }
  blocks.append(tarEnd(blocks.written));
  yield* blocks.takeFull();
  const rest = blocks.takeRest();
  if (rest.length > 0) yield rest;
}

const noSteps: readonly undefined[] = [];

/** Writes entries into the blocks of a tar. */
class SourceReader {
  /** Where files with several names were first met: device and inode to path in the archive. */
  readonly #linked = new Map<string, string>();

  constructor(
    readonly source: Source,
    readonly observer: SourceObserver,
    readonly blocks: TarBlocks,
    readonly onFileSize: (size: number) => void,
  ) {}

  /** Writes one entry. Only a large file takes steps, between which the full blocks are to be taken. */
  steps(found: ListedEntry, copy?: string): Iterable<undefined> {
    if (found.kind === 'file') return this.#file(found, copy);
    if (found.kind === 'directory') this.#header(this.#entry(found.path, found.stats, { type: 'directory' }));
    else if (found.kind === 'symlink') this.#symlink(found.path, found.absolutePath, found.stats);
    else this.report(found.path, 'not-a-file', undefined);
    return noSteps;
  }

  report(path: string, code: SourceProblemCode, cause: unknown): void {
    this.observer.onProblem({ source: this.source.name, path, code, message: describeProblem(path, code, cause) });
  }

  /** Of a database that SQLite could not copy: it is read like any file. */
  reportUncopied(path: string, cause: unknown): void {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    const message = `${displayName(path)} is a database in use that SQLite could not copy (${reason}): it was copied as it lay there, and may not be in one piece.`;
    this.observer.onProblem({ source: this.source.name, path, code: 'changed', message });
  }

  #symlink(path: string, absolutePath: string, stats: Stats): void {
    let linkPath: string;
    try {
      linkPath = decodeName(readlinkSync(toFsPath(absolutePath), 'buffer'));
    } catch (error) {
      this.report(path, isGone(error) ? 'vanished' : 'unreadable', error);
      return;
    }
    this.observer.onFile(path);
    this.#header(this.#entry(path, stats, { type: 'symlink', linkPath }));
  }

  /** Writes a file that was read already. */
  addPrefetched(path: string, file: PrefetchedFile): void {
    for (const _ of this.#content(path, file, file));
  }

  /** @param copy of its content, to be read in its place */
  #file({ path, absolutePath }: ListedEntry, copy?: string): Iterable<undefined> {
    let file: number;
    try {
      file = openListed(toFsPath(absolutePath));
    } catch (error) {
      this.report(path, isGone(error) ? 'vanished' : 'unreadable', error);
      return noSteps;
    }
    let open = true;
    try {
      const stats = fstatSync(file);
      const linkPath = stats.nlink > 1 ? this.#firstName(path, stats) : undefined;
      if (!stats.isFile()) this.report(path, 'changed', undefined);
      else if (linkPath !== undefined) {
        this.observer.onFile(path);
        this.#header(this.#entry(path, stats, { type: 'hardlink', linkPath }));
      } else {
        if (copy !== undefined) {
          const original = file;
          file = openSync(copy, constants.O_RDONLY);
          closeSync(original);
        }
        const content = new OpenContent(file, copy === undefined ? stats : fstatSync(file));
        const steps = this.#content(path, content, stats);
        open = content.size <= gzipBlockSize;
        if (!open) return steps;
        for (const _ of steps);
      }
      return noSteps;
    } finally {
      if (open) closeSync(file);
    }
  }

  /** The name under which this file is in the archive already; notes this one if there is none. */
  #firstName(path: string, { dev, ino }: Stats): string | undefined {
    const inode = `${dev}:${ino}`;
    const first = this.#linked.get(inode);
    if (first === undefined) this.#linked.set(inode, this.#archivePath(path));
    return first;
  }

  #header(entry: TarEntry): void {
    this.blocks.append(encodeTarHeader(entry));
    this.observer.onEntry?.({ entry, offset: this.blocks.written });
  }

  /** Writes header and content, with a step after each block. Closes a file that is larger than one. `attributes`: of the file it stands for. */
  *#content(path: string, content: FileContent, attributes: FileAttributes): Generator<undefined, void, undefined> {
    const { blocks, observer } = this;
    const { size } = content;
    const isLarge = size > gzipBlockSize;
    try {
      observer.onFile(path);
      this.onFileSize(size);
      const entry = this.#entry(path, attributes, { type: 'file', size });
      blocks.append(encodeTarHeader(entry));
      const offset = blocks.written;
      const digest = new ContentDigest(size);
      let missing = size;
      let failure: unknown;
      for (let count = 1; missing > 0 && count > 0; missing -= count) {
        count = 0;
        try {
          const bytes = content.readInto(blocks, missing);
          count = bytes.length;
          digest.add(bytes);
          observer.onBytes(count);
        } catch (error) {
          failure = error;
        }
        if (blocks.hasFull) yield;
      }
      // A file that was read in one go was read as it was at that moment.
      const changed = isLarge && missing === 0 && content.hasChanged();
      if (missing > 0 || changed) this.report(path, failure === undefined ? 'changed' : 'unreadable', failure);
      while (missing > 0) {
        const zeros = blocks.zeros(missing);
        digest.add(zeros);
        missing -= zeros.length;
        if (blocks.hasFull) yield;
      }
      observer.onEntry?.({ entry, offset, sha256: digest.finish() });
      blocks.append(tarPadding(size));
    } finally {
      if (isLarge) content.close();
    }
  }

  #entry(path: string, stats: FileAttributes, kind: Pick<TarEntry, 'type'> & Partial<Pick<TarEntry, 'size' | 'linkPath'>>): TarEntry {
    return {
      path: this.#archivePath(path),
      type: kind.type,
      size: kind.size ?? 0,
      mode: stats.mode & 0o7777,
      mtime: stats.mtimeMs / 1000,
      uid: stats.uid,
      gid: stats.gid,
      ...(kind.linkPath === undefined ? {} : { linkPath: kind.linkPath }),
    };
  }

  #archivePath(path: string): string {
    return path === '' ? this.source.layout.rootPath : `${this.source.layout.prefix}${path}`;
  }
}

function describeProblem(path: string, code: SourceProblemCode, cause: unknown): string {
  const name = displayName(path);
  const errno = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  switch (code) {
    case 'vanished':
      return `${name} was there when the folder was listed and gone when it was read: it is not in the backup.`;
    case 'changed':
      return `${name} changed while it was read: the backup has a mixture of its old and new content.`;
    case 'unreadable':
      return `${name} can't be read${errno}: its content is missing in the backup.`;
    case 'not-a-file':
      return `${name} is a socket, a FIFO or a device: it is not in the backup.`;
  }
}
