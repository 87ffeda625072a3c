import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Options } from 'pacote';
import { providerError } from '../errors.js';
import { type PackageManifest, parseManifest } from '../manifest.js';
import { isJsonObject } from '../schema-problem.js';
import { requireNoCore } from './core-copies.js';
import type { NpmOptions } from './npm-config.js';
import { npmFailure } from './npm-failure.js';
import { findProvenance } from './find-provenance.js';
import { noProvenance, type Provenance } from './provenance.js';

/** What a spec stands for at this moment. */
export type ResolvedPackage = ResolvedArchive | ResolvedFolder;

export interface ResolvedArchive {
  readonly kind: 'archive';
  /** True if it comes from a registry, whose versions never change. */
  readonly published: boolean;
  /** Names exactly this version or file, for npm. */
  readonly exact: string;
  /** What an update looks at. */
  readonly spec: string;
  readonly manifest: PackageManifest;
  readonly resolved: string | undefined;
  /** `sha512-...` of the tarball. */
  readonly integrity: string | undefined;
  readonly provenance: Provenance;
}

export interface ResolvedFolder {
  readonly kind: 'folder';
  readonly folder: string;
}

/** Asks the registry, or looks into the tarball, without running or keeping anything of the package. */
export async function resolvePackage(spec: string, options: NpmOptions): Promise<ResolvedPackage> {
  const parsed = await parseSpec(spec, options);
  const target = parsed.fetchSpec ?? '';
  switch (parsed.type) {
    case 'directory':
      return { kind: 'folder', folder: target };
    case 'tag':
    case 'version':
    case 'range':
      return resolveArchive(parsed.raw, parsed.raw, true, options);
    case 'file':
    case 'remote':
      return resolveArchive(target, target, false, options);
    default:
      throw providerError('package-spec-invalid', { spec, reason: 'it is neither in a registry nor a tarball nor a folder' });
  }
}

async function resolveArchive(target: string, spec: string, published: boolean, options: NpmOptions): Promise<ResolvedArchive> {
  const { default: pacote } = await import('pacote');
  // The whole package.json, our part of it included, and always as the registry has it now.
  const full = { ...options, fullMetadata: true, preferOnline: options.preferOnline ?? true } satisfies Options;
  const found = await pacote.manifest(target, full).catch((error: unknown) => {
    throw npmFailure(error, target, options.registry ?? '');
  });
  const packageJson: unknown = found;
  const subject = `${found.name}@${found.version}`;
  const manifest = await parseManifest(packageJson, published ? 'the registry' : target);
  requireNoCore(isJsonObject(packageJson) ? packageJson : {}, subject);
  return {
    kind: 'archive',
    published,
    exact: published ? subject : target,
    spec,
    manifest,
    resolved: found._resolved,
    integrity: found._integrity,
    provenance: published ? await findProvenance(subject, found.dist, full) : noProvenance,
  };
}

async function parseSpec(spec: string, { where }: NpmOptions) {
  const { default: parse } = await import('npm-package-arg');
  const folder = where ?? process.cwd();
  const path = resolve(folder, spec.trim());
  try {
    const parsed = parse(spec.trim(), folder);
    // npm takes "dist/shelf.tgz" for the name of somebody's repository on GitHub, where there is nothing of ours.
    return parsed.type === 'git' && existsSync(path) ? parse(path, folder) : parsed;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw providerError('package-spec-invalid', { spec, reason }, error);
  }
}
