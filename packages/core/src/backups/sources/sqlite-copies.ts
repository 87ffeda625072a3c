import { randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../../base/atomic-file.js';
import { namesIn } from '../../base/names-in.js';
import { companionsOf, needsSqlite } from './sqlite-files.js';
import { sqliteLibrary } from './sqlite-library.js';
import type { ListedEntry } from './walk-source.js';

export interface DatabaseCopy extends AsyncDisposable {
  /** Of a file that holds the database as it was at one moment. */
  readonly path: string;
}

const prefix = 'database-';

/** Has SQLite copy the databases of a source, one at a time, into a private folder of the data directory. */
export class SqliteCopies {
  readonly #leftOut = new Set<string>();
  #swept = false;

  /** @param folder absent: nothing is copied, and databases are read like all files */
  constructor(
    private readonly folder: string | undefined,
    private readonly onFailure: (path: string, cause: unknown) => void,
  ) {}

  /** What lay beside a database that was copied, and is in the copy. */
  leavesOut({ path }: ListedEntry): boolean {
    return this.#leftOut.size > 0 && this.#leftOut.has(path);
  }

  /** The copy to read in place of the file; `undefined` for what is no database, or that nobody has open. */
  async of({ path, absolutePath }: ListedEntry): Promise<DatabaseCopy | undefined> {
    if (this.folder === undefined) return undefined;
    try {
      if (!needsSqlite(absolutePath)) return undefined;
    } catch {
      // Whoever reads it tells of that.
      return undefined;
    }
    const copyDatabase = await sqliteLibrary();
    if (copyDatabase === undefined) return undefined;
    const copy = await this.#newFile(this.folder);
    const remove = async () => {
      for (const file of [copy, ...companionsOf(copy)]) await rm(file, { force: true });
    };
    try {
      await copyDatabase(absolutePath, copy);
    } catch (error) {
      await remove();
      // No room for the copy is no room for the backup; all else is a database that can't be opened like that.
      if (isErrno(error, 'ENOSPC')) throw error;
      this.onFailure(path, error);
      return undefined;
    }
    for (const companion of companionsOf(path)) this.#leftOut.add(companion);
    return { path: copy, [Symbol.asyncDispose]: remove };
  }

  /** Open to nobody else, before there is anything in it. */
  async #newFile(folder: string): Promise<string> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (!this.#swept) await removeAll(folder);
    this.#swept = true;
    const path = join(folder, `${prefix}${randomBytes(8).toString('hex')}`);
    await (await open(path, 'wx', 0o600)).close();
    return path;
  }
}

/** What a process left that was killed: one at a time makes backups. */
async function removeAll(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) if (name.startsWith(prefix)) await rm(join(folder, name), { force: true });
}
