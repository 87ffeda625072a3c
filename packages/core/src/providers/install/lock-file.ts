import { readFileSync } from 'node:fs';
import { ensurePrivateFolder, isErrno, writeFileAtomically } from '../../base/atomic-file.js';
import { providerError } from '../errors.js';
import { isJsonObject } from '../schema-problem.js';
import type { LockedPackage, LockedVersion } from './locked-package.js';
import type { ProviderFolders } from './provider-folders.js';

const format = 1;

/** The installed packages, in the order of their names. `provider-lock-damaged` if the file can't be used. */
export function readLockFile({ lockFile }: ProviderFolders): readonly LockedPackage[] {
  let text: string;
  try {
    text = readFileSync(lockFile, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw damaged(lockFile, error instanceof Error ? error.message : String(error), error);
  }
  return parse(text, lockFile);
}

/** Replaces the file as a whole: who reads it sees the packages of before, or these. */
export async function writeLockFile({ root, lockFile }: ProviderFolders, packages: readonly LockedPackage[]): Promise<void> {
  await ensurePrivateFolder(root);
  const sorted = [...packages].sort((a, b) => (a.name < b.name ? -1 : 1));
  await writeFileAtomically(lockFile, `${JSON.stringify({ format, packages: sorted })}\n`);
}

function parse(text: string, file: string): readonly LockedPackage[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(file, error instanceof Error ? error.message : String(error), error);
  }
  const found = isJsonObject(value) ? value : {};
  if (typeof found['format'] === 'number' && found['format'] > format)
    throw damaged(file, 'a newer version of Holdfast wrote it; use that version, or a newer one');
  const packages: unknown = found['packages'];
  if (found['format'] !== format || !Array.isArray(packages) || !packages.every(isLockedPackage))
    throw damaged(file, 'it is not what Holdfast writes');
  return packages;
}

function isLockedPackage(value: unknown): value is LockedPackage {
  if (!isJsonObject(value) || typeof value['name'] !== 'string' || typeof value['pinned'] !== 'boolean') return false;
  if (value['state'] !== 'enabled' && value['state'] !== 'disabled') return false;
  return (
    isPermissions(value['granted']) &&
    isLockedVersion(value['active']) &&
    (value['previous'] === undefined || isLockedVersion(value['previous']))
  );
}

function isLockedVersion(value: unknown): value is LockedVersion {
  if (!isJsonObject(value) || typeof value['linked'] !== 'boolean' || !isJsonObject(value['provenance'])) return false;
  const texts = ['version', 'folder', 'spec', 'range', 'checkedBy', 'installedAt'].every((name) => typeof value[name] === 'string');
  const optional = ['resolved', 'integrity', 'digest'].every((name) => ['string', 'undefined'].includes(typeof value[name]));
  return texts && optional && isTexts(value['types']) && isPermissions(value['asks']);
}

function isPermissions(value: unknown): boolean {
  return isJsonObject(value) && isTexts(value['network']) && (value['filesystem'] === 'none' || value['filesystem'] === 'config');
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function damaged(file: string, reason: string, cause?: unknown) {
  return providerError('provider-lock-damaged', { file, reason }, cause);
}
