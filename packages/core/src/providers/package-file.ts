import { readFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { isErrno } from '../base/atomic-file.js';

export type PackageFile =
  | { readonly state: 'found'; readonly path: string }
  | { readonly state: 'missing' }
  /** The path leads out of the package, itself or through a symbolic link. */
  | { readonly state: 'outside' };

/** Finds a file of a package by the path that the manifest gives. `folder` is the package's real path. */
export async function findPackageFile(folder: string, path: string): Promise<PackageFile> {
  try {
    const real = await realpath(join(folder, path));
    const inside = relative(folder, real);
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return { state: 'outside' };
    return { state: 'found', path: real };
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return { state: 'missing' };
    throw error;
  }
}

/** The value in a JSON file, or why there is none: to follow "expected a JSON file, but". */
export async function readJsonFile(path: string): Promise<{ readonly value: unknown } | { readonly fault: string }> {
  try {
    return { value: JSON.parse(readFileSync(path, 'utf8')) as unknown };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
