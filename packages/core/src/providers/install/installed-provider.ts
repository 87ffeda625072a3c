import type { Permissions } from '../permissions.js';
import type { LockedPackage } from './locked-package.js';
import { folderOf, type ProviderFolders } from './provider-folders.js';
import type { Provenance } from './provenance.js';

/** An installed provider package. Plain data. */
export interface InstalledProvider {
  readonly name: string;
  /** The version in use. */
  readonly version: string;
  /** As it was asked for: a package by name, range or tag, the path or address of a tarball, a folder. */
  readonly spec: string;
  /** Where the version in use lies. */
  readonly folder: string;
  /** The ids of the types that it contributes. */
  readonly types: readonly string[];
  readonly state: 'enabled' | 'disabled';
  /** True if `update` leaves it alone. */
  readonly pinned: boolean;
  /** True for an author's folder, which is used as it is. */
  readonly linked: boolean;
  /** The last good version before, for `rollback`. */
  readonly previous?: { readonly version: string };
  /** Of the tarball: `sha512-...`. */
  readonly integrity?: string;
  /** What the user said yes to. */
  readonly granted: Permissions;
  /** What the version in use asks for. */
  readonly asks: Permissions;
  readonly provenance: Provenance;
  /** ISO 8601 in UTC. */
  readonly installedAt: string;
}

export function toInstalledProvider(
  folders: ProviderFolders,
  { name, state, pinned, granted, active, previous }: LockedPackage,
): InstalledProvider {
  const { version, spec, types, linked, integrity, asks, provenance, installedAt } = active;
  return {
    name,
    version,
    spec,
    folder: folderOf(folders, active),
    types,
    state,
    pinned,
    linked,
    ...(previous === undefined ? {} : { previous: { version: previous.version } }),
    ...(integrity === undefined ? {} : { integrity }),
    granted,
    asks,
    provenance,
    installedAt,
  };
}
