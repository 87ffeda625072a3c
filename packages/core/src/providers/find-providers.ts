import type { Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno, readFileIfThere } from '../base/atomic-file.js';
import { type HoldfastError, isHoldfastError } from '../base/errors.js';
import { providerError } from './errors.js';
import { type ProviderPackage, readProviderPackage, type ReadOptions } from './provider-package.js';
import { isJsonObject } from './schema-problem.js';

/** Why a package, or a folder of packages, is not in use. The others are. */
export interface ProviderProblem {
  readonly folder: string;
  readonly error: HoldfastError;
}

export interface FoundProviders {
  readonly packages: readonly ProviderPackage[];
  readonly problems: readonly ProviderProblem[];
}

/**
 * Finds provider packages. Each folder is one, or holds some, as `node_modules` does: side by side, or below a folder
 * `@scope`. Packages that neither contribute anything nor have the keyword `holdfast-provider` are passed over.
 */
export async function findProviderPackages(folders: readonly string[], options: ReadOptions = {}): Promise<FoundProviders> {
  const packages: ProviderPackage[] = [];
  const seen = new Set<string>();
  const problems: ProviderProblem[] = [];
  for (const folder of folders) {
    for (const candidate of await candidatesIn(folder, problems)) {
      if (seen.has(candidate)) continue;
      seen.add(candidate);
      try {
        packages.push(await readProviderPackage(candidate, options));
      } catch (error) {
        if (!isHoldfastError(error)) throw error;
        problems.push({ folder: candidate, error });
      }
    }
  }
  return { packages, problems };
}

/** The real paths of the provider packages in a folder, in the order of their names. */
async function candidatesIn(folder: string, problems: ProviderProblem[]): Promise<string[]> {
  if (await holdsPackage(folder)) return [await realpath(folder)];
  try {
    return await providersBelow(folder, 'packages');
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) throw error;
    const details = { folder, reason: error.code === 'ENOENT' ? 'it does not exist' : `${error.code}` };
    problems.push({ folder, error: providerError('provider-folder-missing', details, error) });
    return [];
  }
}

async function providersBelow(folder: string, level: 'packages' | 'scope'): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter(mayBeFolder).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (level === 'packages' && entry.name.startsWith('@')) found.push(...(await providersBelow(path, 'scope').catch(() => [])));
    else if (await isProvider(path)) found.push(await realpath(path));
  }
  return found;
}

// Workspaces link their packages into node_modules.
function mayBeFolder(entry: Dirent): boolean {
  return (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.');
}

async function holdsPackage(folder: string): Promise<boolean> {
  return (await readPackageJson(folder)) !== undefined;
}

/** Looks for the word first: a node_modules folder holds hundreds of packages that are none. */
async function isProvider(folder: string): Promise<boolean> {
  const text = await readPackageJson(folder);
  if (text === undefined || !text.includes('"holdfast')) return false;
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return false;
    const { keywords, holdfast } = value;
    const announced = Array.isArray(keywords) && keywords.includes('holdfast-provider');
    return announced || (isJsonObject(holdfast) && 'contributes' in holdfast);
  } catch {
    // Damaged, and it names Holdfast: reading it will say what is wrong.
    return true;
  }
}

async function readPackageJson(folder: string): Promise<string | undefined> {
  try {
    return await readFileIfThere(join(folder, 'package.json'));
  } catch (error) {
    if (isErrno(error, 'ENOTDIR', 'EACCES', 'EPERM', 'EISDIR', 'ELOOP')) return undefined;
    throw error;
  }
}
