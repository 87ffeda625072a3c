import type { Clock } from '../../base/clock.js';
import { isHoldfastError } from '../../base/errors.js';
import type { ProviderLogger } from '../../provider-api/index.js';
import { providerError } from '../errors.js';
import { joinPermissions, noPermissions, type Permissions } from '../permissions.js';
import { type ProviderPackage, readProviderPackage } from '../provider-package.js';
import { writeCoreFacade } from './core-facade.js';
import type { InstallOptions, InstallResult } from './install-result.js';
import { type InstalledProvider, toInstalledProvider } from './installed-provider.js';
import type { LockedVersion } from './locked-package.js';
import type { PackageChanges } from './package-changes.js';
import { folderOf, type ProviderFolders } from './provider-folders.js';

export interface BringInServices {
  readonly folders: ProviderFolders;
  readonly hostVersion: string;
  /** Tries out whether a package starts. */
  readonly activate: (found: ProviderPackage, signal?: AbortSignal) => Promise<void>;
  readonly log: ProviderLogger;
  readonly clock: Clock;
}

/** Tries a version out, and makes it the one in use. If it can't be started, the one before stays; if there is none, the error is thrown. */
export async function switchTo(
  services: BringInServices,
  name: string,
  active: LockedVersion,
  asks: Permissions,
  changes: PackageChanges,
  options: InstallOptions,
): Promise<InstallResult> {
  const { folders, hostVersion, activate, log } = services;
  const before = changes.find(name);
  options.onProgress?.({ phase: 'activating', name });
  await writeCoreFacade(folders, hostVersion);
  try {
    await activate(await readProviderPackage(folderOf(folders, active)), options.signal);
  } catch (error) {
    if (before === undefined || !isHoldfastError(error)) throw error;
    log.warn(`${name}@${active.version} can not be started, so ${before.active.version} stays in use: ${error.message}`);
    return { outcome: 'fell-back', provider: installed(services, changes, name), failed: { version: active.version, error } };
  }
  options.signal?.throwIfAborted();
  // One that was mended, or packed anew, takes the place of itself.
  const same = before !== undefined && isSame(before.active, active);
  const previous = same ? before.previous : before?.active;
  await changes.put({
    name,
    state: before?.state ?? 'enabled',
    pinned: before?.pinned ?? false,
    granted: joinPermissions(before?.granted ?? noPermissions, asks),
    active,
    ...(previous === undefined ? {} : { previous }),
  });
  const provider = installed(services, changes, name);
  if (before === undefined) return { outcome: 'installed', provider };
  if (same && active.linked) return { outcome: 'unchanged', provider };
  return { outcome: 'updated', provider, replaced: before.active.version };
}

function isSame(one: LockedVersion, other: LockedVersion): boolean {
  return one.version === other.version && (other.linked ? one.folder === other.folder : !one.linked);
}

/** The package as it is now. */
export function installed({ folders }: Pick<BringInServices, 'folders'>, changes: PackageChanges, name: string): InstalledProvider {
  const locked = changes.find(name);
  if (locked === undefined) throw providerError('provider-not-installed', { name, suggestion: '' });
  return toInstalledProvider(folders, locked);
}
