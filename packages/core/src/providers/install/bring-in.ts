import { isErrno } from '../../base/atomic-file.js';
import { type HoldfastError, isHoldfastError } from '../../base/errors.js';
import { requireCompatible } from '../engine.js';
import { providerError } from '../errors.js';
import { permissionsOf } from '../permissions.js';
import { type ProviderPackage, readProviderPackage } from '../provider-package.js';
import { askForPermissions } from './ask-for-permissions.js';
import type { InstallOptions, InstallResult } from './install-result.js';
import type { LockedPackage, LockedVersion } from './locked-package.js';
import type { NpmOptions } from './npm-config.js';
import { tampered } from './npm-failure.js';
import type { PackageChanges } from './package-changes.js';
import { isWhole, placeTree } from './package-trees.js';
import { folderOf, type ProviderFolders } from './provider-folders.js';
import { noProvenance } from './provenance.js';
import type { ResolvedArchive, ResolvedFolder, ResolvedPackage } from './resolve-package.js';
import { requireEntry, stagePackage } from './stage-package.js';
import { type BringInServices, installed, switchTo } from './switch-version.js';

/**
 * Makes a version the one in use. It is tried out before the switch, so that a version that doesn't start never is, whenever
 * this process dies; if there is one before it, that one simply stays.
 */
export async function bringIn(
  services: BringInServices,
  resolved: ResolvedPackage,
  npm: NpmOptions,
  changes: PackageChanges,
  options: InstallOptions,
): Promise<InstallResult> {
  try {
    if (resolved.kind === 'folder') return await bringInFolder(services, resolved, changes, options);
    return await bringInArchive(services, resolved, npm, changes, options);
  } catch (error) {
    throw isErrno(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'ENAMETOOLONG') ? unwritable(error, resolved) : error;
  }
}

/** What the disk refuses is no fault of the package, and none of ours. */
function unwritable({ message }: Error, resolved: ResolvedPackage): HoldfastError {
  const subject = resolved.kind === 'folder' ? resolved.folder : `${resolved.manifest.name}@${resolved.manifest.version}`;
  return providerError('install-failed', { subject, reason: message });
}

async function bringInArchive(
  services: BringInServices,
  resolved: ResolvedArchive,
  npm: NpmOptions,
  changes: PackageChanges,
  options: InstallOptions,
): Promise<InstallResult> {
  const { folders, hostVersion } = services;
  const { manifest, provenance } = resolved;
  const { name, version } = manifest;
  const subject = `${name}@${version}`;
  const asks = permissionsOf(manifest.holdfast);
  if (provenance.state === 'invalid' || provenance.signature === 'invalid')
    throw providerError('provenance-invalid', { subject, reason: provenance.reason ?? 'its signature is wrong' });
  await requireCompatible({ name, version, range: manifest.engines.holdfast, folder: undefined }, hostVersion);
  requireFreeTypes(
    changes,
    folders,
    name,
    { version, from: resolved.published ? 'the registry' : resolved.spec },
    manifest.holdfast.contributes.providers.map(({ id }) => id),
  );
  const before = changes.find(name);
  const kept = await keptVersion(folders, before, resolved);
  if (before !== undefined && kept === before.active) {
    if (kept.spec !== resolved.spec) await changes.put({ ...before, active: { ...kept, spec: resolved.spec } });
    return { outcome: 'unchanged', provider: installed(services, changes, name) };
  }
  await askForPermissions({ name, version, asks, provenance }, before, options);
  const fresh = kept === undefined ? await fetchVersion(services, resolved, npm, options) : { ...kept, spec: resolved.spec };
  return switchTo(services, name, fresh, asks, changes, options);
}

/** The version, if it is here already and nothing is amiss with it: the one in use, or the one before. */
async function keptVersion(
  folders: ProviderFolders,
  before: LockedPackage | undefined,
  { manifest: { name, version }, integrity, published }: ResolvedArchive,
): Promise<LockedVersion | undefined> {
  const kept = [before?.active, before?.previous].find((entry) => entry !== undefined && !entry.linked && entry.version === version);
  if (kept === undefined) return undefined;
  if (kept.integrity !== integrity) {
    // A published version never changes; a tarball that its author packed again does.
    if (published && kept.integrity !== undefined && integrity !== undefined)
      throw tampered(`${name}@${version}`, 'the registry announces another checksum than when this version was installed');
    return undefined;
  }
  return (await isWhole(folders, name, kept)) ? kept : undefined;
}

async function fetchVersion(
  services: BringInServices,
  resolved: ResolvedArchive,
  npm: NpmOptions,
  options: InstallOptions,
): Promise<LockedVersion> {
  const { folders, hostVersion, clock } = services;
  const { name, version } = resolved.manifest;
  options.onProgress?.({ phase: 'fetching', name });
  const staged = await stagePackage(resolved, folders, hostVersion, npm, () => options.onProgress?.({ phase: 'checking', name }));
  options.signal?.throwIfAborted();
  return {
    version,
    folder: await placeTree(folders, staged.tree, name, version),
    linked: false,
    spec: resolved.spec,
    ...(resolved.resolved === undefined ? {} : { resolved: resolved.resolved }),
    ...(staged.integrity === undefined ? {} : { integrity: staged.integrity }),
    digest: staged.digest,
    range: resolved.manifest.engines.holdfast,
    checkedBy: hostVersion,
    types: resolved.manifest.holdfast.contributes.providers.map(({ id }) => id),
    asks: permissionsOf(resolved.manifest.holdfast),
    provenance: resolved.provenance,
    installedAt: clock.now().toISOString(),
  };
}

async function bringInFolder(
  services: BringInServices,
  { folder }: ResolvedFolder,
  changes: PackageChanges,
  options: InstallOptions,
): Promise<InstallResult> {
  const { folders, hostVersion, clock } = services;
  const found = await readFolder(folder);
  const { name, version, permissions: asks, range } = found;
  const types = found.types.map(({ id }) => id);
  requireEntry(found);
  await requireCompatible(found, hostVersion);
  requireFreeTypes(changes, folders, name, { version, from: folder }, types);
  await askForPermissions({ name, version, asks, provenance: noProvenance }, changes.find(name), options);
  const linked: LockedVersion = {
    version,
    folder: found.folder ?? folder,
    linked: true,
    spec: folder,
    range,
    checkedBy: hostVersion,
    types,
    asks,
    provenance: noProvenance,
    installedAt: clock.now().toISOString(),
  };
  return switchTo(services, name, linked, asks, changes, options);
}

async function readFolder(folder: string): Promise<ProviderPackage> {
  try {
    return await readProviderPackage(folder);
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    throw providerError('provider-not-found', { spec: folder, reason: 'no such folder' }, error);
  }
}

/** Two packages with the same type can't both be used, which is told now rather than at the next start. */
function requireFreeTypes(
  changes: PackageChanges,
  folders: ProviderFolders,
  name: string,
  { version, from }: { readonly version: string; readonly from: string },
  types: readonly string[],
): void {
  for (const other of changes.all().filter((entry) => entry.name !== name)) {
    const type = types.find((id) => other.active.types.includes(id));
    if (type === undefined) continue;
    const owner = `${other.name}@${other.active.version} in ${folderOf(folders, other.active)}`;
    throw providerError('duplicate-provider', { subject: `${name}@${version}`, folder: from, type, other: owner });
  }
}
