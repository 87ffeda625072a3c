import { readdir, rm, rmdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isErrno } from '../../base/atomic-file.js';
import { foldersInUse } from './in-use.js';
import type { LockedPackage } from './locked-package.js';
import { type ProviderFolders, treeOf } from './provider-folders.js';

/** Removes what an interrupted operation left: all that is staged, and versions that the lock file doesn't name and nobody runs. */
export async function sweep(folders: ProviderFolders, packages: readonly LockedPackage[]): Promise<void> {
  await rm(folders.staging, { recursive: true, force: true });
  const named = new Set(packages.flatMap((locked) => treesOf(folders, locked)));
  const inUse = await foldersInUse(folders);
  for (const name of await packageNames(folders.packages)) {
    const folder = join(folders.packages, name);
    for (const version of await entriesOf(folder)) {
      const tree = join(folder, version);
      if (!named.has(tree) && !inUse.some((used) => used.startsWith(`${relative(folders.root, tree)}${sep}`)))
        await rm(tree, { recursive: true, force: true });
    }
    await removeIfEmpty(folder);
    if (name.startsWith('@')) await removeIfEmpty(join(folder, '..'));
  }
}

/** The folders with the versions of a package that are kept. */
function treesOf(folders: ProviderFolders, { name, active, previous }: LockedPackage): string[] {
  return [active, previous].flatMap((version) => (version === undefined || version.linked ? [] : [treeOf(folders, name, version)]));
}

async function packageNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await entriesOf(folder)) {
    if (!name.startsWith('@')) names.push(name);
    else names.push(...(await entriesOf(join(folder, name))).map((scoped) => join(name, scoped)));
  }
  return names;
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR')) throw error;
  }
}
