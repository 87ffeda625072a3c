import type { Permissions } from '../permissions.js';
import type { Provenance } from './provenance.js';

/** A version of a package as the lock file has it. */
export interface LockedVersion {
  readonly version: string;
  /** The package's folder: relative to the folder of the installed packages, absolute for a linked one. */
  readonly folder: string;
  /** True for a folder of an author's, which is used as it is and may change at any time. */
  readonly linked: boolean;
  /** As it was asked for: a package by name, range or tag, the path or address of a tarball, a folder. */
  readonly spec: string;
  /** Where its tarball came from. */
  readonly resolved?: string;
  /** Of the tarball, as the registry announces it: `sha512-...`. */
  readonly integrity?: string;
  /** SHA-256 over all that was installed, in hexadecimal. */
  readonly digest?: string;
  /** The Holdfast versions that it works with. */
  readonly range: string;
  /** The Holdfast version that found the range to fit. */
  readonly checkedBy: string;
  /** The ids of the types that it contributes. */
  readonly types: readonly string[];
  readonly asks: Permissions;
  readonly provenance: Provenance;
  /** ISO 8601 in UTC. */
  readonly installedAt: string;
}

/** What the lock file has of an installed package. */
export interface LockedPackage {
  readonly name: string;
  readonly state: 'enabled' | 'disabled';
  readonly pinned: boolean;
  /** All that was ever granted to it. */
  readonly granted: Permissions;
  readonly active: LockedVersion;
  /** The last good one before it. */
  readonly previous?: LockedVersion;
}
