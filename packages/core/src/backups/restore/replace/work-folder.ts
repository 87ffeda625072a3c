import { lstatSync, realpathSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isErrno } from '../../../base/atomic-file.js';
import { toFsPath } from '../../../base/file-name.js';
import { backupError } from '../../errors.js';
import { lstatIfThere } from '../open-folders.js';
import { replaceError } from './errors.js';
import { namesIn, openUpFolders } from './folder-names.js';
import { mountPointBelow } from './mount-points.js';
import { journalPath, removeJournal } from './restore-journal.js';

/** What a folder is called that holds the restored or the former state of another. */
export type KeptState = 'new' | 'former';

const suffix = '.holdfast-restore';
const lockName = 'lock';

/** Keeps backup programs, Holdfast among them, from taking the former state along (https://bford.info/cachedir/). */
const cacheTag = 'Signature: 8a477f597d28d172789f06886806bc55\n# What a restore with Holdfast replaced.\n';

/** In a folder whose entries are moved one by one. */
export const workNameInside = suffix;

/** Beside the folder: `/srv/.app.holdfast-restore` for `/srv/app`. */
export function workBeside(target: string): string {
  return join(dirname(target), `.${basename(target)}${suffix}`);
}

/** Whether a work folder may have this name. */
export function isWorkName(name: string): boolean {
  return name.startsWith('.') && name.endsWith(suffix);
}

export function statePath(work: string, state: KeptState): string {
  return join(work, state);
}

export function lockPath(work: string): string {
  return join(work, lockName);
}

/** Makes the folder in which a restore works, for its owner alone. Errors: `restore-target-unusable`, `restore-journal-damaged`. */
export async function makeWorkFolder(work: string): Promise<void> {
  try {
    await mkdir(dirname(work), { recursive: true });
    await mkdir(work, { mode: 0o700 }).catch((error: unknown) => {
      if (!isErrno(error, 'EEXIST')) throw error;
    });
    requireOwn(work);
    await writeFile(join(work, 'CACHEDIR.TAG'), cacheTag, { mode: 0o600 });
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOSPC', 'ENAMETOOLONG')) throw error;
    throw backupError('restore-target-unusable', { path: dirname(work), reason: String(error.code) }, error);
  }
}

/** What a work folder says is done, by whoever runs this: nobody else may have made it. Error: `restore-journal-damaged`. */
export function requireOwn(work: string): void {
  const stats = lstatSync(work);
  const user = process.getuid?.();
  const isOwn = user === undefined || stats.uid === user;
  if (stats.isDirectory() && isOwn) return;
  const reason = isOwn ? `${work} is not a folder` : `${work} belongs to another user`;
  throw replaceError('restore-journal-damaged', { path: journalPath(work), reason });
}

/** Deletes a work folder: its journal after all that it tells of, its lock last. Does nothing where there is none. */
export async function removeWorkFolder(work: string): Promise<void> {
  if (lstatIfThere(work) === undefined) return;
  const last = [basename(journalPath(work)), lockName];
  for (const name of namesIn(work)) if (!last.includes(name)) await removeTree(join(work, name));
  await removeJournal(work);
  await rm(work, { recursive: true, force: true });
}

/** Deletes a folder with all that is in it, also where its modes forbid that. */
async function removeTree(path: string): Promise<void> {
  const isFolder = lstatIfThere(path)?.isDirectory() === true;
  const mounted = isFolder ? mountPointBelow(realpathSync(toFsPath(path))) : undefined;
  if (mounted !== undefined)
    throw replaceError('replace-refused', { folder: path, reason: `another file system is mounted in it, at ${mounted}` });
  try {
    await rm(toFsPath(path), { recursive: true, force: true });
  } catch (error) {
    if (!isFolder || !isErrno(error, 'EACCES', 'EPERM', 'ENOTEMPTY')) throw error;
    openUpFolders(path);
    await rm(toFsPath(path), { recursive: true, force: true });
  }
}
