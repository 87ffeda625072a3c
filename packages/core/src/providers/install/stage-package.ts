import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Options } from '@npmcli/arborist';
import { ensurePrivateFolder } from '../../base/atomic-file.js';
import { requireCompatible } from '../engine.js';
import { providerError } from '../errors.js';
import { locatePackageFile, readJsonFile } from '../package-file.js';
import { isNothing, permissionsBeyond, permissionsOf } from '../permissions.js';
import { type ProviderPackage, readProviderPackage } from '../provider-package.js';
import { isJsonObject } from '../schema-problem.js';
import { requireNoCore, requireNoCoreAmong } from './core-copies.js';
import type { NpmOptions } from './npm-config.js';
import { npmFailure, tampered } from './npm-failure.js';
import { packageIn, type ProviderFolders } from './provider-folders.js';
import type { ResolvedArchive } from './resolve-package.js';
import { readTree } from './tree-digest.js';
import { unpackWhole } from './unpacking.js';

/** A version that is fetched, checked and safe from power cuts, but not in use. */
export interface StagedPackage {
  readonly tree: string;
  readonly digest: string;
  readonly integrity: string | undefined;
}

/** Fetches a package with its dependencies into a folder of its own, and checks what came. What fails leaves nothing behind. */
export async function stagePackage(
  found: ResolvedArchive,
  folders: ProviderFolders,
  hostVersion: string,
  npm: NpmOptions,
  onFetched: () => void,
): Promise<StagedPackage> {
  const tree = join(folders.staging, randomBytes(8).toString('hex'));
  await ensurePrivateFolder(tree);
  try {
    const integrity = await fetchTree(found, tree, npm);
    onFetched();
    const { digest, files } = await readTree(tree, { sync: true, ...(npm.signal === undefined ? {} : { signal: npm.signal }) });
    await checkStaged(found, tree, files, hostVersion);
    return { tree, digest, integrity };
  } catch (error) {
    await rm(tree, { recursive: true, force: true });
    throw error;
  }
}

async function fetchTree(found: ResolvedArchive, tree: string, npm: NpmOptions): Promise<string | undefined> {
  const { default: Arborist } = await import('@npmcli/arborist');
  // Its own project, as else npm looks for one in the folders above.
  await writeFile(join(tree, 'package.json'), '{ "private": true }');
  npm.signal?.throwIfAborted();
  const options = {
    ...npm,
    path: tree,
    ignoreScripts: true,
    binLinks: false,
    audit: false,
    fund: false,
    progress: false,
    // What a package expects its host to have is not for npm to install: that would be a second core.
    legacyPeerDeps: true,
    // Fetching from git would run git, and the package's own build.
    allowGit: 'none',
    installLinks: true,
  } satisfies Options & Record<string, unknown>;
  const { name, version } = found.manifest;
  try {
    const root = await unpackWhole(() => new Arborist(options).reify({ ...options, add: [found.exact] }));
    const node = root.children.get(name);
    if (node === undefined || node.version !== version)
      throw tampered(`${name}@${version}`, `it holds ${node?.version ?? 'no package of this name'}`);
    const integrity = node.integrity ?? undefined;
    if (found.integrity !== undefined && integrity !== undefined && !shareHash(found.integrity, integrity))
      throw tampered(`${name}@${version}`, 'its checksum differs from the announced one');
    return found.integrity ?? integrity;
  } catch (error) {
    throw npmFailure(error, `${name}@${version}`, npm.registry);
  }
}

/** Both may name several hashes, of which one is enough. */
function shareHash(one: string, other: string): boolean {
  const hashes = other.split(/\s+/);
  return one.split(/\s+/).some((hash) => hashes.includes(hash));
}

/** A registry may announce one thing and deliver another, so all that was announced is looked at again. */
async function checkStaged({ manifest }: ResolvedArchive, tree: string, files: readonly string[], hostVersion: string): Promise<void> {
  const subject = `${manifest.name}@${manifest.version}`;
  requireNoCoreAmong(files, subject);
  const folder = packageIn(tree, manifest.name);
  const staged = await readProviderPackage(folder);
  requireEntry(staged);
  await requireCompatible(staged, hostVersion);
  const read = readJsonFile(join(folder, 'package.json'));
  requireNoCore('value' in read && isJsonObject(read.value) ? read.value : {}, subject);
  if (staged.name !== manifest.name || staged.version !== manifest.version)
    throw tampered(subject, `it is ${staged.name}@${staged.version}`);
  const more = permissionsBeyond(staged.permissions, permissionsOf(manifest.holdfast));
  if (!isNothing(more)) throw tampered(subject, 'it asks for more permissions than were announced');
}

/** Refuses a package whose main module is not there, before anybody waits for it. */
export function requireEntry(found: ProviderPackage): void {
  const subject = `${found.name}@${found.version}`;
  const entry = found.entry ?? 'index.js';
  const file = locatePackageFile(found.folder ?? '', entry);
  if (file.state === 'outside')
    throw providerError('provider-broken', { subject, reason: `its main module ${entry} leads out of the package` });
  if (file.state === 'missing') throw providerError('provider-entry-missing', { subject, entry });
}
