import { join, relative } from 'node:path';
import { memoryManifest, manifestWith, type PackageFiles, writePackage } from '../package.fixture.js';
import { noPermissions } from '../permissions.js';
import { writeLockFile } from './lock-file.js';
import type { LockedPackage, LockedVersion } from './locked-package.js';
import { noProvenance } from './provenance.js';
import { packageIn, providerFolders } from './provider-folders.js';
import { readTree } from './tree-digest.js';

export const memoryName = memoryManifest.name;

/** Puts a version of the memory provider where an installation does, and returns its entry for the lock file. */
export async function placeVersion(
  dataDir: string,
  version: string,
  { type = {}, ...files }: PackageFiles & { readonly type?: object } = {},
): Promise<LockedVersion> {
  const { root, packages } = providerFolders(dataDir);
  const tree = join(packages, memoryName, version);
  const folder = packageIn(tree, memoryName);
  await writePackage(folder, { manifest: manifestWith(type, { version }), ...files });
  return {
    version,
    folder: relative(root, folder),
    linked: false,
    spec: memoryName,
    range: '>=0.1.0',
    checkedBy: '1.0.0',
    digest: (await readTree(tree)).digest,
    types: ['memory'],
    asks: noPermissions,
    provenance: noProvenance,
    installedAt: '2026-11-21T00:00:00.000Z',
  };
}

export async function writeLock(dataDir: string, active: LockedVersion, rest: Partial<LockedPackage> = {}): Promise<void> {
  const entry: LockedPackage = { name: memoryName, state: 'enabled', pinned: false, granted: noPermissions, active, ...rest };
  await writeLockFile(providerFolders(dataDir), [entry]);
}
