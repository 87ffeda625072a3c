import { chmodSync, chownSync, lstatSync, mkdirSync, type Stats, utimesSync } from 'node:fs';
import { isErrno } from '../../base/atomic-file.js';
import { toFsPath } from '../../base/file-name.js';
import { applyAttributes, type Attributes, type MadeEntry } from './attributes.js';
import { OwnTree } from './own-tree.js';
import type { PathSet } from './path-set.js';
import type { RestoreProblemCode } from './safe-path.js';
import { isUnfinishedFolder, unfinishedFolderMode } from './unfinished.js';
import type { WriteBehind } from './write-behind/write-behind.js';

export interface TargetOptions {
  /** Whether files that are there already may be replaced. */
  readonly overwrite: boolean;
  /** Whether owner and group are restored, which only a privileged user may do. */
  readonly owners: boolean;
  onProblem(path: string, code: RestoreProblemCode, cause?: unknown): void;
  /** Called for each file that was restored. */
  onFile(size: number): void;
}

interface OpenFolder {
  readonly path: string;
  /** What it is to have when nothing more is written into it. */
  readonly attributes: Attributes | undefined;
  /** Absent where it was there before, or closed meanwhile. With it, the folder has {@link unfinishedFolderMode}. */
  readonly tree?: OwnTree | undefined;
}

/**
 * The folders on the way to the entry that is being written, the root first. Each was made here or looked at itself, so nothing
 * below an open folder leads through a link; no restore replaces a folder.
 */
export class OpenFolders {
  readonly #open: OpenFolder[] = [];

  /** `made`: what this restore has made, to which these folders are added. */
  constructor(
    private readonly root: string,
    private readonly options: TargetOptions,
    private readonly made: PathSet,
    private readonly behind: WriteBehind | undefined,
  ) {}

  /** The innermost, as its path below the root. */
  get current(): string | undefined {
    return this.#open.at(-1)?.path;
  }

  /** The tree of this restore's own that it is in, if it is in one. */
  get tree(): OwnTree | undefined {
    return this.#open.at(-1)?.tree;
  }

  /** Makes the folders on the way where missing. `attributes` are for the last of them. */
  enter(entryPath: string, parts: readonly string[], attributes: Attributes | undefined): boolean {
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
    const made = this.made.mayHave('');
    const takes = made || this.options.overwrite || isUnfinishedFolder(lstatSync(toFsPath(this.root)));
    const tree = made ? (this.#open[0]?.tree ?? new OwnTree()) : undefined;
    this.#open[0] = { path: '', attributes: depth === 0 && takes ? attributes : undefined, tree };
  }

  #openFolder(path: string, attributes: Attributes | undefined): { code: RestoreProblemCode; cause?: unknown } | undefined {
    const absolute = toFsPath(`${this.root}/${path}`);
    // It may not be closed yet, or be a file that is not there yet.
    if (this.made.mayHave(path) || this.behind?.has(path) === true) this.behind?.settle();
    // Most folders are new, so a folder is simply made: that fails where something is there, also a link.
    let there = this.made.mayHave(path) ? lstatIfThere(`${this.root}/${path}`) : undefined;
    if (there === undefined) {
      try {
        mkdirSync(absolute, { mode: unfinishedFolderMode });
        this.made.add(path);
        this.#open.push({ path, attributes, tree: this.tree ?? new OwnTree() });
        return undefined;
      } catch (cause) {
        there = isErrno(cause, 'EEXIST') ? lstatIfThere(`${this.root}/${path}`) : undefined;
        if (there === undefined) return { code: 'write-failed', cause };
      }
    }
    if (there.isSymbolicLink()) return { code: 'through-link' };
    if (!there.isDirectory()) return { code: 'exists' };
    const mine = this.made.mayHave(path);
    // A folder that is entered again was closed with its final mode, perhaps one that forbids writing.
    if (mine && (there.mode & 0o700) !== 0o700) chmodSync(absolute, 0o700);
    const kept = mine ? { mode: there.mode & 0o7777, mtime: there.mtimeMs / 1000, uid: there.uid, gid: there.gid } : undefined;
    const takes = mine || this.options.overwrite || isUnfinishedFolder(there);
    this.#open.push({ path, attributes: takes ? (attributes ?? kept) : undefined });
    return undefined;
  }

  /** Closes the open folders that are not on the way to `parts`. The root stays. */
  #leaveTo(parts: readonly string[]): void {
    const target = `${parts.join('/')}/`;
    for (let top = this.#open.at(-1); top !== undefined && top.path !== ''; top = this.#open.at(-1)) {
      if (target.startsWith(`${top.path}/`)) return;
      this.#open.pop();
      const close = () => this.#closeFolder(top);
      if (this.behind === undefined) close();
      else this.behind.after(close);
    }
  }

  #closeFolder({ path, attributes, tree }: OpenFolder): void {
    const absolute = toFsPath(path === '' ? this.root : `${this.root}/${path}`);
    try {
      const made: MadeEntry = {
        owner: tree?.owner,
        stats: () => lstatSync(absolute),
        chown: (uid, gid) => chownSync(absolute, uid, gid),
        chmod: (mode) => chmodSync(absolute, mode),
        utimes: (atime, mtime) => utimesSync(absolute, atime, mtime),
      };
      if (attributes !== undefined) applyAttributes({ ...attributes, path }, made, this.options);
      else if (tree !== undefined) made.chmod(0o700);
    } catch (cause) {
      this.options.onProblem(path, 'mode', cause);
    }
  }

  /** Gives the folders that are still open what they are to have. */
  finish(): void {
    this.#leaveTo([]);
    const root = this.#open.pop();
    if (root !== undefined) this.#closeFolder(root);
  }
}

export function lstatIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(toFsPath(path), { throwIfNoEntry: false });
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
