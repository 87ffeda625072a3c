import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isErrno } from '../../base/atomic-file.js';
import { isHoldfastError } from '../../base/errors.js';
import type { BackupIndex } from '../browse/backup-index.js';
import type { IndexKeeper } from '../browse/kept-index.js';
import { openUsableIndex } from '../browse/open-backup-index.js';
import { backupError } from '../errors.js';
import { type BackupRef, openWithProgress, type ReadableBackup, type ReadOptions } from '../open-backup.js';
import { listContents, listIndexed, previewRestore } from './preview-restore.js';
import { type ContentEntry, restoreBackup, type RestoreResult } from './restore-backup.js';
import { restoreFromIndex } from './restore-from-index.js';
import { createSelection, type Selection } from './selection.js';

export interface ContentsOptions extends ReadOptions {
  /** Names of sources; default all. */
  readonly sources?: readonly string[];
  /** `dir/file` in any source or `source:dir/file`; a folder takes all below it; `*`, `?` and `**` as in a .gitignore file. Default all. */
  readonly paths?: readonly string[];
}

export interface RestoreOptions extends ContentsOptions {
  readonly backup: BackupRef;
  /** Each source is restored into a folder of its name below this one. */
  readonly to: string;
  /** Replaces files that are there already. Default false: they are left, and told. */
  readonly overwrite?: boolean;
  /** Restores owners. Default: if the process may. */
  readonly owners?: boolean;
  /** Writes nothing; the result lists what would be restored. */
  readonly dryRun?: boolean;
}

/** With an index, no more of the backup is read than what is chosen. @throws `nothing-selected` where the selection names something that isn't in the backup */
export async function restore(
  backup: ReadableBackup,
  keeper: IndexKeeper | undefined,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const selection = createSelection(options.sources, options.paths);
  // An index that was kept here knows no blocks: it is of use for a part of the backup only.
  const partly = options.dryRun === true || isPart(options);
  await using index = await openUsableIndex(backup, partly ? keeper : undefined, signal);
  const result =
    options.dryRun === true
      ? await previewRestore(contentsOf(backup, index, selection, options, signal))
      : await write(backup, index, selection, options, signal);
  requireAllMet(selection, backup);
  return result;
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
  requireAllMet(selection, backup);
}

async function write(
  backup: ReadableBackup,
  index: BackupIndex | undefined,
  selection: Selection,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const target = resolve(options.to);
  await requireUsable(target);
  const place = { target, selection, overwrite: options.overwrite === true, owners: options.owners ?? process.getuid?.() === 0 };
  let files = 0;
  let bytes = 0;
  const report = (current: string | undefined) => {
    signal.throwIfAborted();
    options.onProgress?.({ phase: 'restoring', bytes, totalBytes: undefined, files, current });
  };
  const fromIndex = (from: BackupIndex, chosen: Selection) =>
    restoreFromIndex(from, {
      ...place,
      selection: chosen,
      onEntry(path) {
        files += 1;
        report(path);
      },
      onBytes(count) {
        bytes += count;
        report(undefined);
      },
    });
  if (index !== undefined && isPart(options)) return fromIndex(index, selection);
  const reached = new Set<string>();
  try {
    return await restoreBackup({
      ...place,
      open: () => openWithProgress(backup, 'restoring', options, signal, () => files),
      passwords: backup.passwords,
      keyFingerprint: backup.keyFingerprint,
      archives: index?.sources.map(({ archive }) => archive),
      onFile: () => {
        files += 1;
      },
      onSource: (name) => reached.add(name),
    });
  } catch (error) {
    // Changed bytes are never passed on, so reading ends there. What lies behind them can still be reached by the index.
    if (index === undefined || !isHoldfastError(error, 'bytes-changed')) throw error;
    const unreached = (name: string) => selection.includesSource(name) && !reached.has(name);
    await fromIndex(index, { ...selection, includesSource: unreached }).catch(() => {
      signal.throwIfAborted();
    });
    throw error;
  }
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

function isPart({ paths = [], sources = [] }: ContentsOptions): boolean {
  return paths.length + sources.length > 0;
}

function requireAllMet(selection: Selection, backup: ReadableBackup): void {
  const unmet = selection.unmet();
  if (unmet.length > 0) throw backupError('nothing-selected', { selection: unmet.join(', '), id: backup.id });
}

/** A target that is there must be a folder; one that isn't is made when the first entry is restored. */
async function requireUsable(path: string): Promise<void> {
  try {
    if (!(await stat(path)).isDirectory()) throw backupError('restore-target-unusable', { path, reason: 'it is not a folder' });
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    if (isErrno(error, 'ENOTDIR', 'EACCES', 'EPERM')) throw backupError('restore-target-unusable', { path, reason: String(error.code) });
    throw error;
  }
}
