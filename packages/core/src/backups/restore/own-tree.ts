import { fstatSync } from 'node:fs';
import type { Owner } from './attributes.js';
import { unfinishedMode } from './unfinished.js';

/** A folder that a restore has made and not closed yet, with all that it makes below: on one file system, where what is new comes out as the first file did. */
export class OwnTree {
  #first: { readonly owner: Owner; readonly keepsModes: boolean } | undefined;

  /** Of what is made there; `undefined` until a file was. */
  get owner(): Owner | undefined {
    return this.#first?.owner;
  }

  /** The same, `undefined` too where files do not have the mode that they were made with. */
  get ownerIfModesStay(): Owner | undefined {
    return this.#first?.keepsModes === true ? this.#first.owner : undefined;
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
