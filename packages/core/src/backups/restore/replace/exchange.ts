import { lstatSync } from 'node:fs';
import { chmod, mkdir, rename, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isErrno, syncFolder } from '../../../base/atomic-file.js';
import { toFsPath } from '../../../base/file-name.js';
import { lstatIfThere } from '../open-folders.js';
import { replaceError } from './errors.js';
import { namesIn } from './folder-names.js';
import type { ReplacedFolder } from './restore-journal.js';
import { type KeptState, statePath } from './work-folder.js';

// Both steps can be done again from the start after the process died in the middle. Neither ever replaces anything: what it finds in its way was put
// there by somebody else meanwhile.

/** Moves what is in the folder's place aside. Error: `restore-in-the-way`. */
export async function moveOut(folder: ReplacedFolder, as: KeptState): Promise<void> {
  const { target, work, mode } = folder;
  const aside = statePath(work, as);
  if (mode === 'whole') {
    if (lstatIfThere(target) !== undefined && !(isTaken(aside) && (await gaveWay(target, folder)))) await move(target, aside);
    await syncBoth(dirname(target), work);
    return;
  }
  await mkdir(aside, { mode: 0o700 }).catch((error: unknown) => {
    if (!isErrno(error, 'EEXIST')) throw error;
  });
  for (const name of namesIn(target)) {
    if (name === basename(work)) continue;
    if (isTaken(join(aside, name))) throw inTheWay(join(target, name), folder);
    await move(join(target, name), join(aside, name));
  }
  await syncBoth(target, aside);
}

/** Moves a state into the folder's place; does nothing where there is none or it is there already. Error: `restore-in-the-way`. */
export async function moveIn(folder: ReplacedFolder, from: KeptState): Promise<void> {
  const { target, work, mode } = folder;
  const state = statePath(work, from);
  if (lstatIfThere(state) === undefined) return;
  if (mode === 'whole') {
    if (lstatIfThere(target) !== undefined) await gaveWay(target, folder);
    await move(state, target);
    await syncBoth(dirname(target), work);
    return;
  }
  // It may have got the mode of a folder that its owner may not write to.
  await chmod(toFsPath(state), 0o700);
  for (const name of namesIn(state)) {
    if (isTaken(join(target, name))) throw inTheWay(join(target, name), folder);
    await move(join(state, name), join(target, name));
  }
  await syncBoth(target, state);
}

function isTaken(path: string): boolean {
  return lstatIfThere(path) !== undefined;
}

/** An empty folder in the way, such as one that a service made as it missed its own, is nothing to keep. */
async function gaveWay(path: string, folder: ReplacedFolder): Promise<true> {
  try {
    await rmdir(toFsPath(path));
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw inTheWay(path, folder);
    throw error;
  }
}

function inTheWay(path: string, { target }: ReplacedFolder): Error {
  return replaceError('restore-in-the-way', { path, folder: target });
}

/** A folder that its owner may not write to can't be moved to another one: it is closed again behind the move. */
async function move(from: string, to: string): Promise<void> {
  const [source, target] = [toFsPath(from), toFsPath(to)];
  try {
    await rename(source, target);
  } catch (error) {
    const stats = lstatSync(source);
    if (!isErrno(error, 'EACCES', 'EPERM') || !stats.isDirectory() || (stats.mode & 0o200) !== 0) throw error;
    await chmod(source, stats.mode | 0o200);
    await rename(source, target);
    await chmod(target, stats.mode & 0o7777);
  }
}

async function syncBoth(one: string, other: string): Promise<void> {
  await syncFolder(one);
  await syncFolder(other);
}
