import { isHoldfastError, type HoldfastError } from '../../base/errors.js';
import { requireCompatible } from '../engine.js';
import type { HoldfastManifest } from '../manifest.js';
import { noPermissions, type Permissions, permissionsBeyond } from '../permissions.js';
import { readProviderPackage } from '../provider-package.js';
import type { LockedPackage } from './locked-package.js';
import type { NpmOptions } from './npm-config.js';
import { noProvenance, type Provenance } from './provenance.js';
import { resolvePackage } from './resolve-package.js';

/** What a package would bring if it were installed. Plain data but for the error. */
export interface PackageInspection {
  readonly name: string;
  readonly version: string;
  /** The Holdfast versions that it works with. */
  readonly range: string;
  /** Why it doesn't work with this one, if so. */
  readonly incompatible?: HoldfastError;
  /** The ids of its types, with their names as the manifest has them: texts from its string files are not known yet. */
  readonly types: readonly { readonly id: string; readonly label: string }[];
  readonly asks: Permissions;
  /** What it asks for beyond what was granted to the package. */
  readonly added: Permissions;
  readonly provenance: Provenance;
  readonly linked: boolean;
  readonly integrity?: string;
  /** The version that is installed, if one is. */
  readonly installed?: string;
}

export async function inspectPackage(
  spec: string,
  npm: NpmOptions,
  hostVersion: string,
  packages: readonly LockedPackage[],
): Promise<PackageInspection> {
  const resolved = await resolvePackage(spec, npm);
  if (resolved.kind === 'folder') {
    const { name, version, range, types, permissions } = await readProviderPackage(resolved.folder);
    return describe({ name, version, range, types, asks: permissions, provenance: noProvenance, linked: true }, hostVersion, packages);
  }
  const { manifest, provenance, integrity } = resolved;
  const { contributes, permissions }: HoldfastManifest = manifest.holdfast;
  const found = {
    name: manifest.name,
    version: manifest.version,
    range: manifest.engines.holdfast,
    types: contributes.providers,
    asks: { ...noPermissions, ...permissions },
    provenance,
    linked: false,
    ...(integrity === undefined ? {} : { integrity }),
  };
  return describe(found, hostVersion, packages);
}

async function describe(
  found: Omit<PackageInspection, 'added' | 'incompatible' | 'installed'>,
  hostVersion: string,
  packages: readonly LockedPackage[],
): Promise<PackageInspection> {
  const before = packages.find(({ name }) => name === found.name);
  const misfit = await requireCompatible({ ...found, folder: undefined }, hostVersion).catch((error: unknown) => {
    if (isHoldfastError(error)) return error;
    throw error;
  });
  return {
    ...found,
    types: found.types.map(({ id, label }) => ({ id, label })),
    added: permissionsBeyond(found.asks, before?.granted ?? noPermissions),
    ...(misfit instanceof Object ? { incompatible: misfit } : {}),
    ...(before === undefined ? {} : { installed: before.active.version }),
  };
}
