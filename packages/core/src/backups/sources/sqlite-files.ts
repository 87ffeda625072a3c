import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import { toFsPath } from '../../base/file-name.js';

/** What SQLite puts beside a database: they belong to the copy that was under way when it was made, and to no other. */
const companions = ['-wal', '-shm', '-journal'] as const;
const usualEndings = /\.(db|db3|sqlite|sqlite3|s3db|sl3)$/i;
const magic = 'SQLite format 3\0';
/** Where the header says which journal the database has: 2 for a write-ahead log. */
const journalByte = 18;

/** Whether a file of this name may be a database, in a folder with these entries. Cheap: asked for every file. */
export function maybeDatabases(entries: readonly { readonly name: string }[]): (name: string) => boolean {
  let withCompanion: Set<string> | undefined;
  for (const { name } of entries) {
    for (const ending of companions) {
      if (!name.endsWith(ending)) continue;
      withCompanion ??= new Set();
      withCompanion.add(name.slice(0, -ending.length));
    }
  }
  return (name) => usualEndings.test(name) || withCompanion?.has(name) === true;
}

export function companionsOf(path: string): string[] {
  return companions.map((ending) => `${path}${ending}`);
}

/**
 * Whether a file is a database that SQLite must copy to be sure that it is in one piece: somebody may write to it. One with a write-ahead log is opened by
 * somebody only while that is there.
 */
export function needsSqlite(path: string): boolean {
  const file = openSync(toFsPath(path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const start = Buffer.alloc(journalByte + 1);
    const isDatabase = readSync(file, start) === start.length && start.toString('latin1', 0, magic.length) === magic;
    if (!isDatabase) return false;
    return start[journalByte] !== 2 || (existsSync(toFsPath(`${path}-wal`)) && existsSync(toFsPath(`${path}-shm`)));
  } finally {
    closeSync(file);
  }
}
