import { link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isErrno, syncFolder } from '../../base/atomic-file.js';
import { backupError } from '../errors.js';

/** A file under a temporary name beside its own; without one, nothing is to be there. */
export interface StagedFile {
  readonly path: string;
  readonly temporary: string | undefined;
}

/**
 * Gives files their names, all of them or none: what they replace is kept aside until the last has its own. `token` makes the names aside.
 * Errors: `file-exists`, `file-not-writable`.
 */
export async function putInPlace(files: readonly StagedFile[], overwrite: boolean, token: string): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  const aside: string[] = [];
  try {
    for (const { path, temporary } of files) {
      const old = join(dirname(path), `.${basename(path)}.${token}.old`);
      const replaces = overwrite && (await keepAside(path, old, temporary === undefined));
      if (replaces) {
        aside.push(old);
        undo.push(() => putBack(old, path));
      }
      if (temporary === undefined) continue;
      await (overwrite ? rename(temporary, path) : nameAnew(temporary, path)).catch((error: unknown) => {
        throw isErrno(error, 'EEXIST') ? backupError('file-exists', { path }) : notWritable(path, error);
      });
      if (!replaces) undo.push(() => rm(path, { force: true }));
    }
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
  for (const old of aside) await rm(old, { force: true });
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(folder);
}

/** False if there was nothing. What is replaced keeps its name until then, where the file system has links. */
async function keepAside(path: string, old: string, move: boolean): Promise<boolean> {
  try {
    if (move) await rename(path, old);
    else await link(path, old).catch((error: unknown) => (isErrno(error, 'ENOENT') ? Promise.reject(error) : rename(path, old)));
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw notWritable(path, error);
  }
}

async function putBack(old: string, path: string): Promise<void> {
  await rename(old, path);
  // Two links to one file stay as they are.
  await rm(old, { force: true });
}

/** A link, unlike a rename, fails where the name is taken; a file system without links gets an empty file of that name first. */
async function nameAnew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (!isErrno(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw error;
    await (await open(path, 'wx', 0o600)).close();
    await rename(temporary, path);
  }
}

export function notWritable(path: string, error: unknown): Error {
  if (isErrno(error, 'ENOENT', 'ENOTDIR')) return backupError('file-not-writable', { path, reason: 'there is no such folder' }, error);
  const reason = isErrno(error, 'ENOSPC') ? 'there is no room left' : error instanceof Error ? error.message : String(error);
  return backupError('file-not-writable', { path, reason }, error);
}
