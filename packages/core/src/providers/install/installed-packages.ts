import { statSync } from 'node:fs';
import { type HoldfastError, isHoldfastError } from '../../base/errors.js';
import { requirePossible } from '../engine.js';
import { providerError } from '../errors.js';
import type { ProviderProblem } from '../find-providers.js';
import { describePermissions, isNothing, permissionsBeyond } from '../permissions.js';
import { type ProviderPackage, type ProviderType, readInstalledPackage } from '../provider-package.js';
import { readLockFile } from './lock-file.js';
import type { LockedPackage, LockedVersion } from './locked-package.js';
import { packageDamaged } from './package-damaged.js';
import { folderOf, type ProviderFolders } from './provider-folders.js';

/** The installed packages as the registry sees them: the lock file is read when it changed, a package's own files when one of its types is asked for. */
export interface InstalledPackages {
  /** The ids of all types, those of disabled packages too. */
  ids(): readonly string[];
  /** The package that contributes a type, `undefined` if none is installed. Throws why it can't be used. */
  find(typeId: string): ProviderPackage | undefined;
  /** The package that a type was read from, whether or not it is in use still. */
  owner(type: ProviderType): ProviderPackage | undefined;
  /** All packages that can be used. */
  usable(): readonly ProviderPackage[];
  /** What is installed and enabled but can't be used, or only in its version before. */
  problems(): readonly ProviderProblem[];
}

export function openInstalledPackages(folders: ProviderFolders, hostVersion: string, locale: string): InstalledPackages {
  let seen: { readonly mark: string; readonly packages: readonly LockedPackage[] } = { mark: '', packages: [] };
  const read = new Map<string, ProviderPackage>();

  function locked(): readonly LockedPackage[] {
    const mark = markOf(folders.lockFile);
    if (mark !== seen.mark) {
      seen = { mark, packages: readLockFile(folders) };
      read.clear();
    }
    return seen.packages;
  }

  function load(name: string, version: LockedVersion, granted: LockedPackage['granted']): ProviderPackage {
    const folder = folderOf(folders, version);
    const known = read.get(folder);
    if (known !== undefined) return known;
    if (version.checkedBy !== hostVersion) requirePossible({ name, version: version.version, range: version.range }, hostVersion);
    const found = readOrDamaged(folder, name, version, locale);
    // Those of a linked folder may have grown since.
    const more = permissionsBeyond(found.permissions, granted);
    if (!isNothing(more)) {
      const details = { subject: `${found.name}@${found.version}`, permissions: describePermissions(more), provenance: '' };
      throw providerError('permissions-not-granted', details);
    }
    read.set(folder, found);
    return found;
  }

  /** The version in use, or the one before if the files of that are no good: restoring must stay possible. */
  function loadEither({ name, active, previous, granted }: LockedPackage): {
    readonly found: ProviderPackage;
    readonly problem?: HoldfastError;
  } {
    try {
      return { found: load(name, active, granted) };
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      if (previous === undefined) throw error;
      try {
        return { found: load(name, previous, granted), problem: error };
      } catch {
        throw error;
      }
    }
  }

  return {
    ids: () => locked().flatMap(({ active }) => active.types),
    find(typeId) {
      const entry = locked().find(({ active }) => active.types.includes(typeId));
      if (entry === undefined) return undefined;
      const { name, active, state } = entry;
      if (state === 'disabled') throw providerError('provider-disabled', { subject: `${name}@${active.version}`, name, type: typeId });
      return loadEither(entry).found;
    },
    owner({ id, package: { folder } }) {
      const packages = locked();
      return (
        read.get(folder ?? '') ?? packages.filter(({ active }) => active.types.includes(id)).map((entry) => loadEither(entry).found)[0]
      );
    },
    usable: () =>
      locked()
        .filter(({ state }) => state === 'enabled')
        .flatMap((entry) => {
          const outcome = attempt(() => loadEither(entry));
          return outcome instanceof Error ? [] : [outcome.found];
        }),
    problems: () =>
      locked()
        .filter(({ state }) => state === 'enabled')
        .flatMap((entry) => {
          const outcome = attempt(() => loadEither(entry));
          const error = outcome instanceof Error ? outcome : outcome.problem;
          return error === undefined ? [] : [{ folder: folderOf(folders, entry.active), error }];
        }),
  };
}

function readOrDamaged(folder: string, name: string, locked: LockedVersion, locale: string): ProviderPackage {
  try {
    return readInstalledPackage(folder, { locale });
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw packageDamaged(name, locked, what, error);
  }
}

function attempt<T>(run: () => T): T | HoldfastError {
  try {
    return run();
  } catch (error) {
    if (isHoldfastError(error)) return error;
    throw error;
  }
}

/** Differs whenever the file was replaced. */
function markOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`;
}
