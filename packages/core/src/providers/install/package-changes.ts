import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePrivateFolder } from '../../base/atomic-file.js';
import { acquireLock } from '../../base/process-lock.js';
import { providerError } from '../errors.js';
import { readLockFile, writeLockFile } from './lock-file.js';
import type { LockedPackage } from './locked-package.js';
import type { ProviderFolders } from './provider-folders.js';
import { sweep } from './sweep.js';

/** What a change of the installed packages works with while no other one can be under way. */
export interface PackageChanges {
  find(name: string): LockedPackage | undefined;
  all(): readonly LockedPackage[];
  /** Switches to this state of a package. From here on it counts, also after a power cut. */
  put(changed: LockedPackage): Promise<void>;
  drop(name: string): Promise<void>;
}

/** Lets one change at a time run, also across processes: `install-busy`. What an interrupted one left is removed before, and what this one leaves after. */
export function createChanges(folders: ProviderFolders, dataDir: string) {
  let last: Promise<unknown> = Promise.resolve();

  async function locked<T>(purpose: string, run: (changes: PackageChanges) => Promise<T>): Promise<T> {
    await ensurePrivateFolder(folders.root);
    const taken = await acquireLock(folders.processLock, purpose);
    if (taken.state === 'busy') {
      const { pid = 0, since = 'a moment ago', purpose: theirs = 'unknown' } = taken.holder ?? {};
      throw providerError('install-busy', { pid, since, purpose: theirs });
    }
    await using _ = taken.lock;
    let packages = readLockFile(folders);
    const save = async (next: readonly LockedPackage[]): Promise<void> => {
      await writeLockFile(folders, next);
      packages = next;
    };
    await sweep(folders, packages);
    try {
      return await run({
        find: (name) => packages.find((entry) => entry.name === name),
        all: () => packages,
        async put(changed) {
          const before = packages.find(({ name }) => name === changed.name);
          await save([...packages.filter(({ name }) => name !== changed.name), changed]);
          // Another version starts with a clean sheet, however often the one before crashed.
          if (before?.active.folder !== changed.active.folder) await forgetCrashes(dataDir, changed.name);
        },
        drop: (name) => save(packages.filter((entry) => entry.name !== name)),
      });
    } finally {
      await sweep(folders, packages);
    }
  }

  return <T>(purpose: string, run: (changes: PackageChanges) => Promise<T>): Promise<T> => {
    const turn = last.then(() => locked(purpose, run));
    last = turn.catch(() => {});
    return turn;
  };
}

/** Removes the note on a package's crashes, for which the host doesn't start it. */
export async function forgetCrashes(dataDir: string, name: string): Promise<void> {
  await rm(join(dataDir, 'provider-state', `${name}.status.json`), { force: true });
}
