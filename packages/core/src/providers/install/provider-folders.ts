import { isAbsolute, join } from 'node:path';
import type { LockedVersion } from './locked-package.js';

/** Where the installed packages of a data directory lie. */
export interface ProviderFolders {
  /** All the others are in it. */
  readonly root: string;
  /** What is in use: replacing this file is the switch. */
  readonly lockFile: string;
  /** Held while packages are changed. */
  readonly processLock: string;
  /** `<name>/<version>/node_modules/<name>`. */
  readonly packages: string;
  /** What is being fetched, each in a folder of its own. */
  readonly staging: string;
  /** Who runs code of which package just now. */
  readonly inUse: string;
  /** Stands above all packages, so that it is where Node looks last for what they import. */
  readonly facade: string;
}

export function providerFolders(dataDir: string): ProviderFolders {
  const root = join(dataDir, 'providers');
  return {
    root,
    lockFile: join(root, 'lock.json'),
    processLock: join(root, 'install.lock'),
    packages: join(root, 'packages'),
    staging: join(root, 'staging'),
    inUse: join(root, 'in-use'),
    facade: join(root, 'node_modules', '@holdfast', 'core'),
  };
}

/** The path of a version's package. */
export function folderOf({ root }: ProviderFolders, { folder }: LockedVersion): string {
  return isAbsolute(folder) ? folder : join(root, folder);
}

/** The folder with all that was installed for a version, its dependencies included. */
export function treeOf(folders: ProviderFolders, name: string, version: LockedVersion): string {
  return folderOf(folders, version).slice(0, -join('node_modules', name).length - 1);
}

/** The package's folder in such a tree. */
export function packageIn(tree: string, name: string): string {
  return join(tree, 'node_modules', name);
}
