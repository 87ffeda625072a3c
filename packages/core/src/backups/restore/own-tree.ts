import { fstatSync, type Stats } from 'node:fs';
import type { Owner } from './attributes.js';

/** The mode of a file that has its name and is not complete: nobody may read it, and no complete file has just this one. */
export const unfinishedMode = 0o1000;
/** The same of a folder, for its owner alone. */
export const unfinishedFolderMode = 0o1700;

/** A folder that a restore has made and not closed yet, with all that it makes below: on one file system, where what is new comes out as the first file did. */
export class OwnTree {
  #first: { readonly owner: Owner; readonly keepsModes: boolean } | undefined;

  /** Of what is made there; `undefined` until a file was. */
  get owner(): Owner | undefined {
    return this.#first?.owner;
  }

  /** Whether a file that was made with {@link unfinishedMode} has it. Some file systems and servers give every file the same mode. */
  keepsModes(file: number): boolean {
    if (this.#first === undefined) {
      const { uid, gid, mode } = fstatSync(file);
      this.#first = { owner: { uid, gid }, keepsModes: (mode & 0o7777) === unfinishedMode };
    }
    return this.#first.keepsModes;
  }
}

/** Whether a restore that was killed left this. */
export function isUnfinishedFile(stats: Stats): boolean {
  return stats.isFile() && (stats.mode & 0o7777) === unfinishedMode;
}

export function isUnfinishedFolder(stats: Stats): boolean {
  return stats.isDirectory() && (stats.mode & 0o7777) === unfinishedFolderMode;
}
