import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  type Stats,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import type { ByteSource } from '../../base/byte-reader.js';
import { isErrno } from '../../base/atomic-file.js';
import { toFsPath } from '../../base/file-name.js';
import { applyAttributes, type Attributes, fileTime } from './attributes.js';
import { PathSet } from './path-set.js';
import { type RestoreProblemCode, safePath } from './safe-path.js';
import { writeFileContent } from './write-file.js';

export interface TargetOptions {
  /** Whether files that are there already may be replaced. */
  readonly overwrite: boolean;
  /** Whether owner and group are restored, which only a privileged user may do. */
  readonly owners: boolean;
  onProblem(path: string, code: RestoreProblemCode, cause?: unknown): void;
}

interface OpenFolder {
  readonly path: string;
  /** What it is to have when nothing more is written into it. */
  readonly attributes: Attributes | undefined;
}

/**
 * Writes entries below one folder and nowhere else. Every folder on the way to an entry is looked at
 * itself, never through a link; nothing is opened that was there before; a file that is replaced is replaced by name.
 *
 * Folders get their modes and times when the entries below them are done: writing into them changes both.
 */
export class TargetFolder {
  readonly #open: OpenFolder[] = [];
  /** What this restore has made. */
  readonly #made = new PathSet();
  #rootReady = false;

  constructor(
    readonly root: string,
    readonly options: TargetOptions,
  ) {}

  /** @returns whether the folder is there as the entry says */
  folder(entry: TarEntry): boolean {
    const parts = this.#check(entry);
    if (parts === undefined) return false;
    const path = parts.join('/');
    if (!this.#enter(entry.path, parts, entry)) return false;
    this.#made.add(path);
    return true;
  }

  /** @returns whether the file was restored */
  async file(entry: TarEntry, content: ByteSource): Promise<boolean> {
    const place = this.#place(entry);
    if (place === undefined) return false;
    const result = await writeFileContent(place.absolute, entry, content, place.replace, (file, stats) =>
      applyAttributes(entry, stats, this.options, file),
    );
    if (result !== undefined) {
      this.options.onProblem(entry.path, result.code, result.cause);
      return false;
    }
    this.#made.add(place.path);
    return true;
  }

  symlink(entry: TarEntry): boolean {
    const place = this.#place(entry);
    if (place === undefined) return false;
    const path = toFsPath(place.absolute);
    try {
      if (place.replace) unlinkSync(path);
      symlinkSync(toFsPath(entry.linkPath ?? ''), path);
      if (this.options.owners) lchownSync(path, entry.uid, entry.gid);
      lutimesSync(path, fileTime(entry.mtime), fileTime(entry.mtime));
    } catch (cause) {
      this.options.onProblem(entry.path, 'write-failed', cause);
      return false;
    }
    this.#made.add(place.path);
    return true;
  }

  /** `missing`: what it links to was not restored, so its content has to come from the backup. */
  hardlink(entry: TarEntry, linkPath: string): 'linked' | 'refused' | 'missing' {
    const place = this.#place(entry);
    if (place === undefined) return 'refused';
    const target = safePath(linkPath);
    if ('refused' in target) {
      this.options.onProblem(entry.path, target.refused);
      return 'refused';
    }
    if (!this.#made.mayHave(target.parts.join('/'))) return 'missing';
    if (!this.#isPlainFile(target.parts)) {
      this.options.onProblem(entry.path, 'link');
      return 'refused';
    }
    try {
      if (place.replace) unlinkSync(toFsPath(place.absolute));
      linkSync(toFsPath(this.#absolute(target.parts)), toFsPath(place.absolute));
    } catch (cause) {
      this.options.onProblem(entry.path, 'link', cause);
      return 'refused';
    }
    this.#made.add(place.path);
    return 'linked';
  }

  /** Gives the folders that are still open what they are to have. */
  finish(): void {
    this.#leaveTo([]);
    const root = this.#open.pop();
    if (root?.attributes !== undefined) this.#closeFolder('', root.attributes);
  }

  #check(entry: TarEntry): readonly string[] | undefined {
    const safe = safePath(entry.path);
    if ('refused' in safe) {
      this.options.onProblem(entry.path, safe.refused);
      return undefined;
    }
    if (!this.#rootReady) {
      if (mkdirSync(this.root, { recursive: true, mode: 0o700 }) !== undefined) this.#made.add('');
      this.#rootReady = true;
    }
    return safe.parts;
  }

  /** Where a file or link is to be made; `undefined`, and the problem told, if it must not be. */
  #place(entry: TarEntry): { path: string; absolute: string; replace: boolean } | undefined {
    const parts = this.#check(entry);
    if (parts === undefined) return undefined;
    if (parts.length === 0) {
      this.options.onProblem(entry.path, 'unsafe-name');
      return undefined;
    }
    if (!this.#enter(entry.path, parts.slice(0, -1), undefined)) return undefined;
    const path = parts.join('/');
    const absolute = this.#absolute(parts);
    const there = lstatIfThere(absolute);
    if (there === undefined) return { path, absolute, replace: false };
    if (this.#made.mayHave(path)) this.options.onProblem(entry.path, 'duplicate');
    else if (!this.options.overwrite || there.isDirectory()) this.options.onProblem(entry.path, 'exists');
    else return { path, absolute, replace: true };
    return undefined;
  }

  /** Makes the folders on the way where missing. `attributes` are for the last of them. */
  #enter(entryPath: string, parts: readonly string[], attributes: Attributes | undefined): boolean {
    this.#leaveTo(attributes === undefined ? parts : parts.slice(0, -1));
    if (this.#open.length === 0 || (parts.length === 0 && attributes !== undefined)) this.#openRoot(attributes, parts.length);
    for (let depth = this.#open.length; depth <= parts.length; depth += 1) {
      const path = parts.slice(0, depth).join('/');
      const last = depth === parts.length ? attributes : undefined;
      const problem = this.#openFolder(path, last);
      if (problem !== undefined) {
        this.options.onProblem(entryPath, problem.code, problem.cause);
        return false;
      }
    }
    return true;
  }

  /** The first of the open folders is always the root. */
  #openRoot(attributes: Attributes | undefined, depth: number): void {
    const mine = this.#made.mayHave('') || this.options.overwrite;
    this.#open[0] = { path: '', attributes: depth === 0 && mine ? attributes : undefined };
  }

  #openFolder(path: string, attributes: Attributes | undefined): { code: RestoreProblemCode; cause?: unknown } | undefined {
    const absolute = toFsPath(`${this.root}/${path}`);
    const there = lstatIfThere(`${this.root}/${path}`);
    if (there === undefined) {
      try {
        mkdirSync(absolute, { mode: 0o700 });
      } catch (cause) {
        return { code: 'write-failed', cause };
      }
      this.#made.add(path);
      this.#open.push({ path, attributes });
      return undefined;
    }
    if (there.isSymbolicLink()) return { code: 'through-link' };
    if (!there.isDirectory()) return { code: 'exists' };
    const mine = this.#made.mayHave(path);
    // A folder that is entered again was closed with its final mode, perhaps one that forbids writing.
    if (mine && (there.mode & 0o700) !== 0o700) chmodSync(absolute, 0o700);
    const kept = mine ? { mode: there.mode & 0o7777, mtime: there.mtimeMs / 1000, uid: there.uid, gid: there.gid } : undefined;
    this.#open.push({ path, attributes: mine || this.options.overwrite ? (attributes ?? kept) : undefined });
    return undefined;
  }

  /** Closes the open folders that are not on the way to `parts`. The root stays. */
  #leaveTo(parts: readonly string[]): void {
    const target = `${parts.join('/')}/`;
    for (let top = this.#open.at(-1); top !== undefined && top.path !== ''; top = this.#open.at(-1)) {
      if (target.startsWith(`${top.path}/`)) return;
      this.#open.pop();
      if (top.attributes !== undefined) this.#closeFolder(top.path, top.attributes);
    }
  }

  #closeFolder(path: string, attributes: Attributes): void {
    const absolute = toFsPath(path === '' ? this.root : `${this.root}/${path}`);
    try {
      applyAttributes({ ...attributes, path }, lstatSync(absolute), this.options, {
        chown: (uid, gid) => chownSync(absolute, uid, gid),
        chmod: (mode) => chmodSync(absolute, mode),
        utimes: (atime, mtime) => utimesSync(absolute, atime, mtime),
      });
    } catch (cause) {
      this.options.onProblem(path, 'mode', cause);
    }
  }

  #isPlainFile(parts: readonly string[]): boolean {
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const stats = lstatIfThere(this.#absolute(parts.slice(0, depth)));
      if (stats === undefined || !(depth === parts.length ? stats.isFile() : stats.isDirectory())) return false;
    }
    return true;
  }

  #absolute(parts: readonly string[]): string {
    return [this.root, ...parts].join('/');
  }
}

function lstatIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(toFsPath(path));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
