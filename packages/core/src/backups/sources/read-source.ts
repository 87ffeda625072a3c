import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { encodeTarHeader, tarEnd, tarPadding } from '../../archive/tar/encode-tar.js';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { decodeName, displayName, toFsPath } from '../../base/file-name.js';
import type { Source } from './source.js';
import { type FoundEntry, isGone, type SourceProblemCode, walkSource } from './walk-source.js';

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
}

const blockBytes = 256 * 1024;

/**
 * A source as the bytes of its inner tar, read in one pass in blocks of up to 256 KiB. What vanishes, changes
 * or can't be read meanwhile is reported; the tar stays well-formed, because a file's content is cut or filled with
 * zeros to the size that its header announced.
 */
export async function* readSource(source: Source, observer: SourceObserver): AsyncGenerator<Buffer, void, undefined> {
  const reader = new SourceReader(source, observer);
  const entries = walkSource(source, {
    onProblem: (path, code, cause) => reader.report(path, code, cause),
    onExcluded: (path) => observer.onExcluded(path),
  });
  for (const entry of entries) yield* reader.encode(entry);
  yield* reader.end();
}

/** Gathers headers and contents in blocks. */
class SourceReader {
  #block = Buffer.allocUnsafe(blockBytes);
  #used = 0;
  #written = 0;
  /** Where files with several names were first met: device and inode to path in the archive. */
  readonly #linked = new Map<string, string>();

  constructor(
    readonly source: Source,
    readonly observer: SourceObserver,
  ) {}

  *encode(found: FoundEntry): Generator<Buffer, void, undefined> {
    const { stats } = found;
    if (stats.isFile()) yield* this.#file(found);
    else if (stats.isDirectory()) yield* this.#append(encodeTarHeader(this.#entry(found, stats, { type: 'directory' })));
    else if (stats.isSymbolicLink()) yield* this.#symlink(found);
    else this.report(found.path, 'not-a-file', undefined);
  }

  *end(): Generator<Buffer, void, undefined> {
    yield* this.#append(tarEnd(this.#written));
    if (this.#used > 0) yield this.#block.subarray(0, this.#used);
  }

  report(path: string, code: SourceProblemCode, cause: unknown): void {
    this.observer.onProblem({ source: this.source.name, path, code, message: describeProblem(path, code, cause) });
  }

  *#symlink(found: FoundEntry): Generator<Buffer, void, undefined> {
    let linkPath: string;
    try {
      linkPath = decodeName(readlinkSync(toFsPath(found.absolutePath), 'buffer'));
    } catch (error) {
      this.report(found.path, isGone(error) ? 'vanished' : 'unreadable', error);
      return;
    }
    this.observer.onFile(found.path);
    yield* this.#append(encodeTarHeader(this.#entry(found, found.stats, { type: 'symlink', linkPath })));
  }

  *#file(found: FoundEntry): Generator<Buffer, void, undefined> {
    const inode = found.stats.nlink > 1 ? `${found.stats.dev}:${found.stats.ino}` : undefined;
    const linkPath = inode === undefined ? undefined : this.#linked.get(inode);
    if (linkPath !== undefined) {
      this.observer.onFile(found.path);
      yield* this.#append(encodeTarHeader(this.#entry(found, found.stats, { type: 'hardlink', linkPath })));
      return;
    }
    let file: number;
    try {
      // Not following and not blocking: the name may have become a link or a FIFO since it was listed.
      file = openSync(toFsPath(found.absolutePath), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      this.report(found.path, isGone(error) ? 'vanished' : 'unreadable', error);
      return;
    }
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) {
        this.report(found.path, 'changed', undefined);
        return;
      }
      if (inode !== undefined) this.#linked.set(inode, this.#archivePath(found.path));
      this.observer.onFile(found.path);
      yield* this.#append(encodeTarHeader(this.#entry(found, stats, { type: 'file', size: stats.size })));
      yield* this.#content(file, found.path, stats);
      yield* this.#append(tarPadding(stats.size));
    } finally {
      closeSync(file);
    }
  }

  *#content(file: number, path: string, before: Stats): Generator<Buffer, void, undefined> {
    let missing = before.size;
    let failure: unknown;
    while (missing > 0 && failure === undefined) {
      const room = Math.min(missing, blockBytes - this.#used);
      let count = 0;
      try {
        count = readSync(file, this.#block, this.#used, room, null);
      } catch (error) {
        failure = error;
      }
      if (count === 0) break;
      missing -= count;
      this.observer.onBytes(count);
      yield* this.#advance(count);
    }
    if (missing > 0) {
      this.report(path, failure === undefined ? 'changed' : 'unreadable', failure);
      yield* this.#zeros(missing);
      return;
    }
    const after = fstatSync(file);
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) this.report(path, 'changed', undefined);
  }

  *#zeros(count: number): Generator<Buffer, void, undefined> {
    for (let missing = count; missing > 0; ) {
      const room = Math.min(missing, blockBytes - this.#used);
      this.#block.fill(0, this.#used, this.#used + room);
      missing -= room;
      yield* this.#advance(room);
    }
  }

  *#append(bytes: Buffer): Generator<Buffer, void, undefined> {
    for (let at = 0; at < bytes.length; ) {
      const copied = bytes.copy(this.#block, this.#used, at);
      at += copied;
      yield* this.#advance(copied);
    }
  }

  *#advance(count: number): Generator<Buffer, void, undefined> {
    this.#used += count;
    this.#written += count;
    if (this.#used < blockBytes) return;
    yield this.#block;
    // Handed over for good: what reads it may still hold it when the next block is filled.
    this.#block = Buffer.allocUnsafe(blockBytes);
    this.#used = 0;
  }

  #entry(found: FoundEntry, stats: Stats, kind: Pick<TarEntry, 'type'> & Partial<Pick<TarEntry, 'size' | 'linkPath'>>): TarEntry {
    return {
      path: this.#archivePath(found.path),
      size: 0,
      mode: stats.mode & 0o7777,
      mtime: stats.mtimeMs / 1000,
      uid: stats.uid,
      gid: stats.gid,
      ...kind,
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
