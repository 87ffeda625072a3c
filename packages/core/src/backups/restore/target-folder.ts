import { lchownSync, linkSync, lutimesSync, mkdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { isErrno } from '../../base/atomic-file.js';
import type { ByteSource } from '../../base/byte-reader.js';
import { toFsPath } from '../../base/file-name.js';
import { applyAttributes, fileTime } from './attributes.js';
import { lstatIfThere, OpenFolders, type TargetOptions } from './open-folders.js';
import { PathSet } from './path-set.js';
import { isSafeName, safePath } from './safe-path.js';
import { isUnfinishedFile, unfinishedFolderMode } from './unfinished.js';
import type { WriteBehind } from './write-behind/write-behind.js';
import { type FileContent, type FilePlace, spaceCheckBytes, writeFileContent, type WriteFailure } from './write-file.js';

/** Where an entry goes: in the file system, and as parts joined. */
interface Place extends FilePlace {
  readonly path: string;
}

/**
 * Writes entries below one folder and nowhere else. Every folder on the way to an entry is looked at
 * itself, never through a link; nothing is opened that was there before; a file that is replaced is replaced by name.
 *
 * Folders get their modes and times when the entries below them are done: writing into them changes both.
 */
export class TargetFolder {
  /** What this restore has made. */
  readonly #made = new PathSet();
  readonly #folders: OpenFolders;
  #rootReady = false;

  constructor(
    readonly root: string,
    readonly options: TargetOptions,
    private readonly behind?: WriteBehind,
  ) {
    this.#folders = new OpenFolders(root, options, this.#made, behind);
  }

  /** @returns whether the folder is there as the entry says */
  folder(entry: TarEntry): boolean {
    const parts = this.#check(entry);
    if (parts === undefined) return false;
    const path = parts.join('/');
    if (!this.#folders.enter(entry.path, parts, entry)) return false;
    this.#made.add(path);
    return true;
  }

  /** Waits only where the content has to be waited for. */
  file(entry: TarEntry, content: FileContent): void | Promise<void> {
    this.behind?.count(entry.size);
    // Most names are new, so a small file is simply begun: that fails where something is there.
    const begun = entry.size < spaceCheckBytes ? this.#enterPlace(entry) : this.#place(entry);
    if (begun === undefined) return;
    const whole = content.whole?.();
    if (whole === undefined) return this.#writeChunks(entry, content, begun);
    if (!this.#isWrittenLater(entry, whole, begun)) this.#write(entry, whole, begun);
  }

  /** Has it written behind, if it may be. */
  #isWrittenLater(entry: TarEntry, content: Uint8Array, place: Place): boolean {
    const owner = place.tree?.ownerIfModesStay;
    if (this.behind === undefined || owner === undefined || place.replace || !this.behind.takes(content.length)) return false;
    this.behind.add({
      name: place.path,
      path: toFsPath(place.absolute),
      attributes: entry,
      owners: this.options.owners,
      owner,
      content,
      settle: (written, again) => {
        if (written) this.#written(entry, place, undefined);
        else this.#write(entry, again, place);
      },
    });
    return true;
  }

  async #writeChunks(entry: TarEntry, content: ByteSource, place: Place): Promise<void> {
    const failure = await writeFileContent(place, entry, content, (file) => applyAttributes(entry, file, this.options));
    const replacing = this.#replacing(entry, place, failure);
    if (replacing !== undefined) await this.#writeChunks(entry, content, replacing);
  }

  #write(entry: TarEntry, content: Uint8Array, place: Place): void {
    const failure = writeFileContent(place, entry, content, (file) => applyAttributes(entry, file, this.options));
    const replacing = this.#replacing(entry, place, failure);
    if (replacing !== undefined) this.#write(entry, content, replacing);
  }

  /** Where to write it once more, as it is to replace what was found there; `undefined` where no more is to be done. */
  #replacing(entry: TarEntry, place: Place, failure: WriteFailure | undefined): Place | undefined {
    if (failure?.code !== 'there') {
      this.#written(entry, place, failure);
      return undefined;
    }
    const other = this.#unlessThere(entry, place);
    if (other === undefined || other.replace) return other;
    // Gone again meanwhile.
    this.#written(entry, place, { ...failure, code: 'write-failed' });
    return undefined;
  }

  #written(entry: TarEntry, place: Place, failure: WriteFailure | undefined): void {
    if (failure === undefined) {
      this.#made.add(place.path);
      this.options.onFile(entry.size);
    } else {
      this.options.onProblem(entry.path, failure.code === 'there' ? 'write-failed' : failure.code, failure.cause);
    }
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
    const targetPath = target.parts.join('/');
    if (this.behind?.has(targetPath) === true) this.behind.settle();
    if (!this.#made.mayHave(targetPath)) return 'missing';
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
    this.behind?.settle();
    this.#folders.finish();
  }

  #check(entry: TarEntry): readonly string[] | undefined {
    const safe = safePath(entry.path);
    if ('refused' in safe) {
      this.options.onProblem(entry.path, safe.refused);
      return undefined;
    }
    if (!this.#rootReady) {
      this.#makeRoot();
      this.#rootReady = true;
    }
    return safe.parts;
  }

  #makeRoot(): void {
    try {
      mkdirSync(this.root, { mode: unfinishedFolderMode });
    } catch (error) {
      // Passes over a folder that is there, and no file.
      if (isErrno(error, 'EEXIST')) return void mkdirSync(this.root, { recursive: true });
      if (!isErrno(error, 'ENOENT')) throw error;
      mkdirSync(dirname(this.root), { recursive: true, mode: 0o700 });
      mkdirSync(this.root, { mode: unfinishedFolderMode });
    }
    this.#made.add('');
  }

  /** Where a file or link is to be made; `undefined`, and the problem told, if it must not be. */
  #place(entry: TarEntry): Place | undefined {
    const place = this.#enterPlace(entry);
    return place === undefined ? undefined : this.#unlessThere(entry, place);
  }

  /** As {@link #place}, without looking whether something is there. */
  #enterPlace(entry: TarEntry): Place | undefined {
    const { path } = entry;
    const slash = path.lastIndexOf('/');
    // Mostly the folder is the one that the entry before was written to.
    if (this.#folders.current === (slash < 0 ? '' : path.slice(0, slash)) && slash !== 0 && isSafeName(path.slice(slash + 1))) {
      return this.#placeOf(path);
    }
    const parts = this.#check(entry);
    if (parts === undefined) return undefined;
    if (parts.length === 0) {
      this.options.onProblem(path, 'unsafe-name');
      return undefined;
    }
    if (!this.#folders.enter(path, parts.slice(0, -1), undefined)) return undefined;
    return this.#placeOf(parts.join('/'));
  }

  /** In the folder that was entered. */
  #placeOf(path: string): Place {
    if (this.behind?.has(path) === true) this.behind.settle();
    return { path, absolute: `${this.root}/${path}`, replace: false, tree: this.#folders.tree };
  }

  #unlessThere(entry: TarEntry, place: Place): Place | undefined {
    const there = lstatIfThere(place.absolute);
    if (there === undefined) return place;
    if (this.#made.mayHave(place.path)) this.options.onProblem(entry.path, 'duplicate');
    // A restore that was killed left it.
    else if (isUnfinishedFile(there)) return { ...place, replace: true };
    else if (!this.options.overwrite || there.isDirectory()) this.options.onProblem(entry.path, 'exists');
    else return { ...place, replace: true };
    return undefined;
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
