import type { HoldfastError } from '../../base/errors.js';
import { isHoldfastError } from '../../base/errors.js';
import type { ProviderLogger } from '../../provider-api/index.js';
import { requireCompatible } from '../engine.js';
import { type ProviderPackage, readProviderPackage } from '../provider-package.js';
import type { ProviderRuntime } from '../provider-runtime.js';
import { writeCoreFacade } from './core-facade.js';
import { runWithFallBack } from './fall-back.js';
import { createChanges } from './package-changes.js';
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

/** Makes what runs an installed package, in the version before if it has to be. */
export function createInstalledRuntimes(options: InstalledRuntimesOptions): (found: ProviderPackage) => ProviderRuntime {
  const { dataDir, folders, hostVersion, locale, log, onFellBack, runtimeOf } = options;
  const change = createChanges(folders, dataDir);
  let contract: Promise<void> | undefined;
  const compatible = new Set<string>();

  async function prepare(found: ProviderPackage): Promise<void> {
    if (!compatible.has(found.folder ?? '')) await requireCompatible(found, hostVersion);
    compatible.add(found.folder ?? '');
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
        if (folderOf(folders, locked.active) !== failed.folder) return readProviderPackage(folderOf(folders, locked.active), { locale });
        if (previous === undefined) return undefined;
        // The one that failed is no version to go back to.
        await changes.put({ ...rest, active: previous });
        log?.warn(`${failed.name}@${failed.version} can not be started, so ${previous.version} is in use again: ${error.message}`);
        onFellBack?.({ name: failed.name, failed: failed.version, version: previous.version, error });
        return readProviderPackage(folderOf(folders, previous), { locale });
      });
    } catch (busy) {
      if (isHoldfastError(busy, 'install-busy')) return undefined;
      throw busy;
    }
  }

  return (found) => runWithFallBack(found, { runtimeOf, prepare, goBack });
}
