import { readFileSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { isErrno } from '../base/atomic-file.js';

export type PackageFile =
  | { readonly state: 'found'; readonly path: string }
  | { readonly state: 'missing' }
  /** The path leads out of the package, itself or through a symbolic link. */
  | { readonly state: 'outside' };

/** Finds a file of a package by the path that the manifest gives. `folder` is the package's real path. */
export async function findPackageFile(folder: string, path: string): Promise<PackageFile> {
  return locatePackageFile(folder, path);
}

/** Does the same at once. */
export function locatePackageFile(folder: string, path: string): PackageFile {
  try {
    const real = realpathSync(join(folder, path));
    const inside = relative(folder, real);
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return { state: 'outside' };
    return { state: 'found', path: real };
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return { state: 'missing' };
    throw error;
  }
}

/** The value in a JSON file, or why there is none: to follow "expected a JSON file, but". */
export function readJsonFile(path: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(readFileSync(path, 'utf8')) as unknown };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
