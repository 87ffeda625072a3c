import { realpath } from 'node:fs/promises';
import type { HoldfastError } from '../../base/errors.js';
import { isHoldfastError } from '../../base/errors.js';
import type { ProviderLogger } from '../../provider-api/index.js';
import { requireCompatible } from '../engine.js';
import { type ProviderPackage, readProviderPackage } from '../provider-package.js';
import type { ProviderRuntime } from '../provider-runtime.js';
import { writeCoreFacade } from './core-facade.js';
import { runWithFallBack } from './fall-back.js';
import { createChanges } from './package-changes.js';
import { noteUse } from './in-use.js';
import type { LockedVersion } from './locked-package.js';
import { folderOf, type ProviderFolders } from './provider-folders.js';

/** An installed package that could not be started, and the version before it that is used from now on. */
export interface FellBack {
  readonly name: string;
  readonly failed: string;
  readonly version: string;
  readonly error: HoldfastError;
}

export interface InstalledRuntimesOptions {
  readonly dataDir: string;
  readonly folders: ProviderFolders;
  readonly hostVersion: string;
  readonly locale: string;
  readonly log: ProviderLogger | undefined;
  readonly onFellBack: ((event: FellBack) => void) | undefined;
  readonly runtimeOf: (found: ProviderPackage) => ProviderRuntime;
}

export interface InstalledRuntimes extends AsyncDisposable {
  /** Makes what runs an installed package, in the version before if it has to be. */
  create(found: ProviderPackage): ProviderRuntime;
}

export function createInstalledRuntimes(options: InstalledRuntimesOptions): InstalledRuntimes {
  const { dataDir, folders, hostVersion, locale, log, onFellBack, runtimeOf } = options;
  const change = createChanges(folders, dataDir);
  let contract: Promise<void> | undefined;
  const compatible = new Set<string>();
  const uses = new Map<string, Promise<AsyncDisposable | undefined>>();

  async function prepare(found: ProviderPackage): Promise<void> {
    const { folder = '' } = found;
    if (!compatible.has(folder)) await requireCompatible(found, hostVersion);
    compatible.add(folder);
    // Without a note, as in a data directory that can only be read, it can be run all the same.
    if (!uses.has(folder))
      uses.set(
        folder,
        noteUse(folders, folder).catch(() => undefined),
      );
    await uses.get(folder);
    // After an update of the host its part of the contract is another one.
    await (contract ??= writeCoreFacade(folders, hostVersion));
  }

  async function goBack(failed: ProviderPackage, error: HoldfastError): Promise<ProviderPackage | undefined> {
    try {
      return await change(`falling back from ${failed.name}@${failed.version}`, async (changes) => {
        const locked = changes.find(failed.name);
        if (locked === undefined) return undefined;
        const { previous, ...rest } = locked;
        // Someone else has switched meanwhile.
        if ((await realFolder(locked.active)) !== failed.folder) return readGood(locked.active);
        const good = previous && (await readGood(previous));
        if (previous === undefined || good === undefined) return undefined;
        // The one that failed is no version to go back to.
        await changes.put({ ...rest, active: previous });
        log?.warn(`${failed.name}@${failed.version} can not be started, so ${previous.version} is in use again: ${error.message}`);
        onFellBack?.({ name: failed.name, failed: failed.version, version: previous.version, error });
        return good;
      });
    } catch (busy) {
      if (isHoldfastError(busy, 'install-busy')) return undefined;
      throw busy;
    }
  }

  async function realFolder(version: LockedVersion): Promise<string | undefined> {
    return realpath(folderOf(folders, version)).catch(() => undefined);
  }

  /** A version that there is no use in going to is none: its files may be gone, or it may be too old for this host. */
  async function readGood(version: LockedVersion): Promise<ProviderPackage | undefined> {
    try {
      const found = await readProviderPackage(folderOf(folders, version), { locale });
      await requireCompatible(found, hostVersion);
      return found;
    } catch {
      return undefined;
    }
  }

  return {
    create: (found) => runWithFallBack(found, { runtimeOf, prepare, goBack }),
    async [Symbol.asyncDispose]() {
      const noted = [...uses.values()];
      uses.clear();
      for (const use of noted) await (await use)?.[Symbol.asyncDispose]();
    },
  };
}
