import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ensurePrivateFolder, isErrno, syncFolder } from '../../base/atomic-file.js';
import type { LockedVersion } from './locked-package.js';
import { packageIn, type ProviderFolders, treeOf } from './provider-folders.js';
import { readTree } from './tree-digest.js';

/** Moves what was staged to where it stays. Returns its package's folder as the lock file has it. */
export async function placeTree(folders: ProviderFolders, staged: string, name: string, version: string): Promise<string> {
  const wanted = join(folders.packages, name, version);
  // What is there is in use, or it would have been swept: the same version that is damaged, or another tarball of it.
  const target = existsSync(wanted) ? `${wanted}~${randomBytes(4).toString('hex')}` : wanted;
  await ensurePrivateFolder(dirname(target));
  await rename(staged, target);
  await syncFolder(dirname(target));
  await syncFolder(folders.packages);
  return relative(folders.root, packageIn(target, name));
}

/** True if all that was installed for a version is there and as it was. */
export async function isWhole(folders: ProviderFolders, name: string, version: LockedVersion): Promise<boolean> {
  return (await whatIsAmiss(folders, name, version)) === undefined;
}

/** What is wrong with the files of a version, for people. Nothing can be said of a linked folder. */
export async function whatIsAmiss(folders: ProviderFolders, name: string, version: LockedVersion): Promise<string | undefined> {
  if (version.linked) return undefined;
  const tree = treeOf(folders, name, version);
  try {
    return (await readTree(tree)).digest === version.digest ? undefined : `what lies in ${tree} was changed`;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return `${tree} can not be read (${error.code})`;
    throw error;
  }
}
