import { isErrno } from '../../base/atomic-file.js';

/** Copies a database through SQLite, as it was at one moment, whoever writes to it meanwhile. */
export type CopyDatabase = (from: string, to: string) => Promise<void>;

/** How long to wait for somebody who has locked the database. */
const patienceMilliseconds = 5_000;
/** All at once: where a part is copied at a time, every write in between starts the copy again. */
const allPages = 2 ** 31 - 1;

let library: Promise<CopyDatabase | undefined> | undefined;

/** Node's own SQLite (Node 22.16, 23.8 and later), else `better-sqlite3` if somebody installed it. `undefined` if there is neither. */
export function sqliteLibrary(): Promise<CopyDatabase | undefined> {
  return (library ??= findLibrary());
}

async function findLibrary(): Promise<CopyDatabase | undefined> {
  return ownLibrary(await loaded('node:sqlite')) ?? installedLibrary(await loaded('better-sqlite3'));
}

/** The types of both are those of other versions than this one runs with, or not there at all. */
function ownLibrary(module: unknown): CopyDatabase | undefined {
  const DatabaseSync = functionIn(module, 'DatabaseSync');
  const backup = functionIn(module, 'backup');
  if (DatabaseSync === undefined || backup === undefined) return undefined;
  return async (from, to) => {
    const database: unknown = Reflect.construct(DatabaseSync, [from, { readOnly: true, timeout: patienceMilliseconds }]);
    try {
      await Reflect.apply(backup, undefined, [database, to, { rate: allPages }]);
    } finally {
      call(database, 'close');
    }
  };
}

function installedLibrary(module: unknown): CopyDatabase | undefined {
  const Database = functionIn(module, 'default');
  if (Database === undefined || !works(Database)) return undefined;
  return async (from, to) => {
    const database: unknown = Reflect.construct(Database, [from, { readonly: true, fileMustExist: true, timeout: patienceMilliseconds }]);
    try {
      await call(database, 'backup', to, { progress: () => allPages });
    } finally {
      call(database, 'close');
    }
  };
}

/** Installed without its scripts, or for another Node, it lacks its native part. */
function works(Database: Function): boolean {
  try {
    const database: unknown = Reflect.construct(Database, [':memory:']);
    call(database, 'close');
    return true;
  } catch {
    return false;
  }
}

async function loaded(name: string): Promise<unknown> {
  const { emitWarning } = process;
  // That it is experimental is nothing that the user of a backup can do anything about.
  process.emitWarning = () => {};
  try {
    const module: unknown = await import(name);
    return module;
  } catch (error) {
    if (isErrno(error, 'ERR_UNKNOWN_BUILTIN_MODULE', 'ERR_MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED')) return undefined;
    throw error;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function call(object: unknown, name: string, ...args: readonly unknown[]): unknown {
  const method = functionIn(object, name);
  if (method === undefined) throw new TypeError(`SQLite has no ${name}`);
  const result: unknown = Reflect.apply(method, object, args);
  return result;
}

function functionIn(object: unknown, name: string): Function | undefined {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return undefined;
  const value: unknown = Reflect.get(object, name);
  return typeof value === 'function' ? value : undefined;
}
