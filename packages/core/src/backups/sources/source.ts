import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { isErrno } from '../../base/atomic-file.js';
import { backupError } from '../errors.js';

export type SourcePreset = 'home-assistant' | 'none';

/** A named folder to back up. Each becomes one inner archive. */
export interface SourceSpec {
  /** `homeassistant`, `addons/local`, or 1 to 64 characters out of `a-z 0-9 _ -`, starting with a letter or digit. */
  readonly name: string;
  readonly path: string;
  /** What is left out by default. `home-assistant` for a source named `homeassistant`, else `none`. */
  readonly preset?: SourcePreset;
  /** Patterns as in a .gitignore file, relative to the folder. */
  readonly exclude?: readonly string[];
}

/** A source that was checked: an absolute path of a folder that is there. */
export interface Source {
  readonly name: string;
  readonly path: string;
  readonly preset: SourcePreset;
  readonly exclude: readonly string[];
  readonly layout: SourceLayout;
  /** A folder that is never backed up, wherever it lies: the host's own, with its key. */
  readonly hostFolder: FolderIdentity | undefined;
  /** Private, in the host's own folder: where copies of databases lie while they are read. Without it none are made. */
  readonly spoolFolder?: string;
}

/** What stays the same of a folder whatever path leads to it. */
interface FolderIdentity {
  readonly dev: number;
  readonly ino: number;
}

/** How a source lies in its inner archive (format 1.1). */
interface SourceLayout {
  /** The name of the outer tar's member. */
  readonly memberName: string;
  /** What stands for the folder itself. */
  readonly rootPath: string;
  /** What stands before the path of each entry below it. */
  readonly prefix: string;
}

/** Folders that Home Assistant knows by name and lists in backup.json (format 2, `folders`). */
export const homeAssistantFolders: readonly string[] = ['share', 'addons/local', 'ssl', 'media'];

// `supervisor` and `backup` mean something else to a Home Assistant reader; `data` and `config` only inside an archive.
const reservedNames: readonly string[] = ['supervisor', 'backup', 'snapshot'];

function layoutOf(name: string): SourceLayout {
  const memberName = `${name.replaceAll('/', '_')}.tar.gz`;
  return name === 'homeassistant' ? { memberName, rootPath: 'data', prefix: 'data/' } : { memberName, rootPath: '.', prefix: '' };
}

/** The name by which a source is chosen, from its inner archive's: `share` for `share.tar.gz`. */
export function sourceNameOf(memberName: string): string {
  return memberName.replace(/\.(tar\.gz|tgz|tar)$/, '');
}

/** Checks the sources of one backup. `dataDir` is the host's own folder, which none of them takes along. */
export async function resolveSources(specs: readonly SourceSpec[], dataDir?: string): Promise<Source[]> {
  if (specs.length === 0) throw backupError('no-source');
  const hostFolder = dataDir === undefined ? undefined : await stat(dataDir);
  const spool = dataDir === undefined ? {} : { spoolFolder: join(dataDir, 'spool') };
  const sources: Source[] = [];
  for (const spec of specs) {
    if (!isSourceName(spec.name)) throw backupError('source-name-invalid', { name: spec.name });
    const layout = layoutOf(spec.name);
    if (sources.some((other) => other.layout.memberName === layout.memberName)) {
      throw backupError('source-name-taken', { name: spec.name });
    }
    const path = resolve(spec.path);
    await requireFolder(path);
    const preset = spec.preset ?? (spec.name === 'homeassistant' ? 'home-assistant' : 'none');
    sources.push({ name: spec.name, path, preset, exclude: spec.exclude ?? [], layout, hostFolder, ...spool });
  }
  return sources;
}

/**
 * A source for a folder: named as told, else after the folder. A Home Assistant configuration folder (it holds
 * `.HA_VERSION`) becomes the source `homeassistant`.
 */
export async function sourceFromPath(path: string, name?: string): Promise<SourceSpec> {
  const folder = resolve(path);
  await requireFolder(folder);
  if (name !== undefined) return { name, path: folder };
  if (await isThere(join(folder, '.HA_VERSION'))) return { name: 'homeassistant', path: folder, preset: 'home-assistant' };
  return { name: nameFromFolder(basename(folder)), path: folder };
}

function nameFromFolder(folder: string): string {
  const name = folder
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 64);
  return isSourceName(name) && name !== 'homeassistant' ? name : `folder${name === '' ? '' : `-${name}`}`;
}

export function isSourceName(name: string): boolean {
  return (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) || name === 'addons/local') && !reservedNames.includes(name);
}

async function requireFolder(path: string): Promise<void> {
  try {
    if (!(await stat(path)).isDirectory()) throw backupError('source-not-a-folder', { path });
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) throw backupError('source-missing', { path });
    if (isErrno(error, 'EACCES', 'EPERM')) throw backupError('source-unreadable', { path });
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
