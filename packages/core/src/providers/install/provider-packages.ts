import { type Clock, systemClock } from '../../base/clock.js';
import type { ProviderLogger } from '../../provider-api/index.js';
import { closestName } from '../closest-name.js';
import { readHostVersion } from '../engine.js';
import { providerError } from '../errors.js';
import type { ProviderProblem } from '../find-providers.js';
import type { ProviderPackage } from '../provider-package.js';
import type { PackageInspection } from './inspect-package.js';
import type { CallOptions, InstallOptions, InstallResult, UpdateResult } from './install-result.js';
import { type InstalledProvider, toInstalledProvider } from './installed-provider.js';
import { readLockFile } from './lock-file.js';
import type { LockedPackage } from './locked-package.js';
import type { NpmConfig } from './npm-config.js';
import { createChanges, forgetCrashes, type PackageChanges } from './package-changes.js';
import { packageDamaged } from './package-damaged.js';
import { folderOf, providerFolders } from './provider-folders.js';
import type { FoundPackage } from './search-packages.js';
import { untilAborted } from './until-aborted.js';

export interface ProviderPackagesOptions {
  readonly dataDir: string;
  /** Tries out whether a package starts, in a process of its own. Rejects with why it doesn't. */
  readonly activate: (found: ProviderPackage, signal?: AbortSignal) => Promise<void>;
  readonly log: ProviderLogger;
  /** Default: this package's version. */
  readonly hostVersion?: string;
  /** What to use in place of parts of the user's npm configuration. */
  readonly npmConfig?: NpmConfig;
  readonly clock?: Clock;
  /** The titles of the locations of these types, which a removal would leave without a provider. */
  readonly locationsOf?: (types: readonly string[]) => readonly string[];
}

/** The provider packages of a data directory that come from npm. Nothing but `search`, `inspect`, `install` and `update` needs a network. */
export interface ProviderPackages {
  /** In the order of their names. */
  list(): readonly InstalledProvider[];
  /** `provider-not-installed` */
  get(name: string): InstalledProvider;
  /** Searches the registry for packages with the keyword `holdfast-provider`. */
  search(text: string, call?: CallOptions): Promise<readonly FoundPackage[]>;
  /** What a package would bring, looked up without fetching its code (of a tarball: without keeping it). */
  inspect(spec: string, call?: CallOptions): Promise<PackageInspection>;
  /**
   * Installs a package by name, range or tag, from a tarball or from a folder, which is linked. Another version of an installed
   * package takes its place, if it starts; a pinned one stays pinned, at the new version.
   */
  install(spec: string, options: InstallOptions): Promise<InstallResult>;
  /** Looks for a newer version of what was asked for at the installation. */
  update(name: string, options: InstallOptions): Promise<UpdateResult>;
  /** Goes back to the version before, which is still here. The next `update` goes forward again, unless it is pinned. */
  rollback(name: string): Promise<InstalledProvider>;
  /** Keeps `update` from changing it. With a version goes to that one first, which must be here. */
  pin(name: string, version?: string): Promise<InstalledProvider>;
  unpin(name: string): Promise<InstalledProvider>;
  /** Also lets one start again that was stopped as it crashed too often. */
  enable(name: string): Promise<InstalledProvider>;
  disable(name: string): Promise<InstalledProvider>;
  /** `location-uses-provider`, unless with `force`. Returns what was removed. */
  remove(name: string, options?: { readonly force?: boolean }): Promise<InstalledProvider>;
  /** Looks whether what is installed is all there and unchanged. */
  check(call?: CallOptions): Promise<readonly ProviderProblem[]>;
}

/** How long an aborted change may go on with what npm can't stop, milliseconds. What is left then is removed by the next change. */
const untilCleanedUp = 2_000;

export function createProviderPackages(options: ProviderPackagesOptions): ProviderPackages {
  const { dataDir, activate, log, npmConfig, clock = systemClock, locationsOf = () => [] } = options;
  const hostVersion = options.hostVersion ?? readHostVersion();
  const folders = providerFolders(dataDir);
  const change = createChanges(folders, dataDir);
  const services = { folders, hostVersion, activate, log, clock };

  function required(name: string, packages: readonly LockedPackage[] = readLockFile(folders)): LockedPackage {
    const found = packages.find((entry) => entry.name === name);
    if (found !== undefined) return found;
    const meant = closestName(
      name,
      packages.map((entry) => entry.name),
    );
    throw providerError('provider-not-installed', { name, suggestion: meant === undefined ? '' : ` Did you mean "${meant}"?` });
  }

  /** Changes what the lock file says of a package. */
  async function alter(purpose: string, name: string, to: (found: LockedPackage) => LockedPackage): Promise<InstalledProvider> {
    return change(purpose, async (changes) => {
      const changed = to(required(name, changes.all()));
      await changes.put(changed);
      return toInstalledProvider(folders, changed);
    });
  }

  async function install(spec: string, changes: PackageChanges, call: InstallOptions): Promise<InstallResult> {
    call.onProgress?.({ phase: 'resolving', name: spec });
    const { bringIn, loadNpmOptions, resolvePackage } = await import('./registry-work.js');
    const npm = await loadNpmOptions(npmConfig, call.signal);
    return bringIn(services, await resolvePackage(spec, npm), npm, changes, call);
  }

  async function update(name: string, changes: PackageChanges, call: InstallOptions): Promise<UpdateResult> {
    const before = required(name, changes.all());
    const provider = toInstalledProvider(folders, before);
    if (before.pinned) return { outcome: 'pinned', provider };
    call.onProgress?.({ phase: 'resolving', name });
    const { bringIn, isNewer, loadNpmOptions, resolvePackage, specToUpdateFrom } = await import('./registry-work.js');
    const npm = await loadNpmOptions(npmConfig, call.signal);
    const resolved = await resolvePackage(await specToUpdateFrom(before), npm);
    if (resolved.kind === 'archive' && resolved.published && !(await isNewer(resolved.manifest.version, before.active.version)))
      return { outcome: 'unchanged', provider };
    // What was asked for at first is still what is wanted, whatever stood in for it now.
    const found = resolved.kind === 'archive' ? { ...resolved, spec: before.active.spec } : resolved;
    return bringIn(services, found, npm, changes, call);
  }

  return {
    list: () => readLockFile(folders).map((entry) => toInstalledProvider(folders, entry)),
    get: (name) => toInstalledProvider(folders, required(name)),
    async search(text, { signal } = {}) {
      const installed = new Map(readLockFile(folders).map(({ name, active }) => [name, active.version]));
      const { loadNpmOptions, searchPackages } = await import('./registry-work.js');
      const npm = await loadNpmOptions(npmConfig, signal);
      return untilAborted(searchPackages(text, npm, installed), signal);
    },
    async inspect(spec, { signal } = {}) {
      const { inspectPackage, loadNpmOptions } = await import('./registry-work.js');
      return untilAborted(inspectPackage(spec, await loadNpmOptions(npmConfig, signal), hostVersion, readLockFile(folders)), signal);
    },
    install: (spec, call) =>
      change(`installing ${spec}`, (changes) => untilAborted(install(spec, changes, call), call.signal, untilCleanedUp)),
    update: (name, call) => change(`updating ${name}`, (changes) => untilAborted(update(name, changes, call), call.signal, untilCleanedUp)),
    rollback: (name) => alter(`going back to the previous version of ${name}`, name, goBack),
    pin: (name, version) =>
      alter(`pinning ${name}`, name, (found) => {
        if (version === undefined || version === found.active.version) return { ...found, pinned: true };
        if (version === found.previous?.version) return { ...goBack(found), pinned: true };
        throw providerError('version-not-installed', { name, version });
      }),
    unpin: (name) => alter(`unpinning ${name}`, name, (found) => ({ ...found, pinned: false })),
    async enable(name) {
      const enabled = await alter(`enabling ${name}`, name, (found) => ({ ...found, state: 'enabled' }));
      await forgetCrashes(dataDir, name);
      return enabled;
    },
    disable: (name) => alter(`disabling ${name}`, name, (found) => ({ ...found, state: 'disabled' })),
    remove: (name, { force = false } = {}) =>
      change(`removing ${name}`, async (changes) => {
        const found = required(name, changes.all());
        const locations = locationsOf(found.active.types);
        if (locations.length > 0 && !force)
          throw providerError('location-uses-provider', { name, locations: locations.map((title) => `"${title}"`).join(', ') });
        await changes.drop(name);
        await forgetCrashes(dataDir, name);
        return toInstalledProvider(folders, found);
      }),
    async check({ signal } = {}) {
      const { whatIsAmiss } = await import('./package-trees.js');
      const problems: ProviderProblem[] = [];
      for (const { name, active } of readLockFile(folders)) {
        signal?.throwIfAborted();
        const what = await whatIsAmiss(folders, name, active);
        if (what === undefined) continue;
        problems.push({ folder: folderOf(folders, active), error: packageDamaged(name, active, what) });
      }
      return problems;
    },
  };
}

/** Exchanges the version in use and the one before it. */
function goBack(found: LockedPackage): LockedPackage {
  if (found.previous === undefined) throw providerError('no-previous-version', { name: found.name });
  return { ...found, active: found.previous, previous: found.active };
}
