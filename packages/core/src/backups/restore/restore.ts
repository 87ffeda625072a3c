import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { memberKind } from '../../archive/outer-members.js';
import { scanBackup } from '../../archive/scan-backup.js';
import { isErrno } from '../../base/atomic-file.js';
import type { BackupIndex } from '../browse/backup-index.js';
import type { IndexKeeper } from '../browse/kept-index.js';
import { openUsableIndex } from '../browse/open-backup-index.js';
import { backupError } from '../errors.js';
import { openWithProgress, type ReadableBackup } from '../open-backup.js';
import { sourceNameOf } from '../sources/source.js';
import { listContents, listIndexed, previewRestore } from './preview-restore.js';
import type { ContentEntry, RestoreResult } from './restore-result.js';
import { replaceError } from './replace/errors.js';
import { type ReplaceFolders, replaceFolders, type ReplaceServices } from './replace/replace-folders.js';
import { type FolderFor, restorePlaces } from './restore-places.js';
import { createSelection, type Selection } from './selection.js';
import type { ContentsOptions, RestoreOptions } from './restore-options.js';
import { isPart, writeRestore } from './write-restore.js';

/**
 * With an index, no more of the backup is read than what is chosen.
 *
 * @throws `nothing-selected` where the selection names something that isn't in the backup; `restore-nowhere`; with `replace`, see `replaceFolders`
 */
export async function restore(
  backup: ReadableBackup,
  keeper: IndexKeeper | undefined,
  options: RestoreOptions,
  signal: AbortSignal,
  services: ReplaceServices,
): Promise<RestoreResult> {
  const places = restorePlaces(options);
  const selection = createSelection(options.sources ?? places.sources, options.paths);
  // An index that was kept here knows no blocks: it is of use for a part of the backup only.
  const partly = options.dryRun === true || isPart(options);
  await using index = await openUsableIndex(backup, partly ? keeper : undefined, signal);
  const requireAllMet = () => requireMet([...selection.unmet(), ...places.unmet()], backup);
  if (options.dryRun === true) {
    const result = await previewRestore(contentsOf(backup, index, selection, options, signal));
    requireMet(selection.unmet(), backup);
    return result;
  }
  const write = (folderFor: FolderFor, overwrite: boolean) =>
    writeRestore(backup, index, { ...options, selection, folderFor, overwrite }, signal);
  if (options.replace !== true) {
    if (options.to !== undefined) await requireUsable(resolve(options.to));
    const result = await write(places.folderFor, options.overwrite === true);
    requireAllMet();
    return result;
  }
  if (options.paths !== undefined && options.paths.length > 0) {
    throw replaceError('replace-takes-sources', { selection: options.paths.join(', ') });
  }
  const chosen = (await sourceNames(backup, index, signal)).filter((name) => selection.includesSource(name));
  const plan: ReplaceFolders = {
    backup,
    index,
    folders: new Map(chosen.map((name) => [name, places.folderFor(name)])),
    acceptProblems: options.acceptProblems === true,
    guarded: 'file' in options.backup ? [{ path: resolve(options.backup.file), what: 'the backup' }] : [],
    restore: (folderFor) => write(folderFor, false),
    onProgress: options.onProgress,
  };
  requireAllMet();
  return await replaceFolders(plan, services, signal);
}

export async function* readContents(
  backup: ReadableBackup,
  keeper: IndexKeeper | undefined,
  options: ContentsOptions,
  signal: AbortSignal,
): AsyncGenerator<ContentEntry, void, undefined> {
  const selection = createSelection(options.sources, options.paths);
  await using index = await openUsableIndex(backup, keeper, signal);
  yield* contentsOf(backup, index, selection, options, signal);
  requireMet(selection.unmet(), backup);
}

async function* contentsOf(
  backup: ReadableBackup,
  index: BackupIndex | undefined,
  selection: Selection,
  options: ContentsOptions,
  signal: AbortSignal,
): AsyncGenerator<ContentEntry, void, undefined> {
  if (index !== undefined) {
    yield* listIndexed(index, selection);
    return;
  }
  let files = 0;
  const bytes = await openWithProgress(backup, 'reading', options, signal, () => files);
  for await (const entry of listContents(bytes, backup, selection)) {
    files += 1;
    yield entry;
  }
}

function requireMet(unmet: readonly string[], backup: ReadableBackup): void {
  if (unmet.length > 0) throw backupError('nothing-selected', { selection: [...new Set(unmet)].join(', '), id: backup.id });
}

/** The sources that a backup has, by their archives. */
async function sourceNames(backup: ReadableBackup, index: BackupIndex | undefined, signal: AbortSignal): Promise<readonly string[]> {
  if (index !== undefined) return index.sources.map(({ name }) => name);
  if (backup.sidecar !== undefined) return backup.sidecar.archives.map(({ member }) => sourceNameOf(member));
  const { members } = await scanBackup((offset, length) => backup.read(offset, length, signal), backup.size);
  return members.filter(({ name }) => memberKind(name) === 'inner-archive').map(({ name }) => sourceNameOf(name));
}

/** A target that is there must be a folder; one that isn't is made when the first entry is restored. */
async function requireUsable(path: string): Promise<void> {
  try {
    if (!(await stat(path)).isDirectory()) throw backupError('restore-target-unusable', { path, reason: 'it is not a folder' });
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    if (isErrno(error, 'ENOTDIR', 'EACCES', 'EPERM', 'ENAMETOOLONG', 'ELOOP'))
      throw backupError('restore-target-unusable', { path, reason: String(error.code) });
    throw error;
  }
}
