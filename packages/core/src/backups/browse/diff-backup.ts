import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { comparePaths } from '../../archive/index/path-order.js';
import { isErrno } from '../../base/atomic-file.js';
import { backupError } from '../errors.js';
import type { BackupRef, ReadOptions } from '../open-backup.js';
import type { SourceProblemCode } from '../sources/walk-source.js';
import { type BackupIndex, contentEntry, type FoundEntry, type IndexedSource } from './backup-index.js';
import { type ComparedEntry, compareEntries, type Difference } from './compare-entries.js';
import { folderEntries } from './folder-entries.js';
import { memberForm } from './asked-path.js';
import { contentOf } from './read-file.js';

/** What a backup is compared with: another one, or a folder on this machine. */
export type DiffTarget = BackupRef | { readonly folder: string };

export interface DiffOptions extends ReadOptions {
  /** Names of sources; default all. */
  readonly sources?: readonly string[];
  /** Compare the contents of all files of a folder, also of those whose size and time are the same. Default false. */
  readonly checksum?: boolean;
  /** What of a folder can't be read. */
  onProblem?(problem: { readonly source: string; readonly path: string; readonly code: SourceProblemCode }): void;
}

/** What became of one backup in another, by their indexes alone. */
export async function* diffBackups(
  before: BackupIndex,
  after: BackupIndex,
  options: DiffOptions,
): AsyncGenerator<Difference, void, undefined> {
  const names = [...new Set([...before.sources, ...after.sources].map(({ name }) => name))].sort();
  for (const name of chosen(names, options, before.id)) {
    const side = ({ sources }: BackupIndex) => entriesOf(sources.find((source) => source.name === name));
    yield* differences(name, side(before), side(after), false);
  }
}

/**
 * What became of a backup in a folder: of its one source, or with several of each in the folder of its name.
 *
 * @throws `source-missing`, `source-not-a-folder`
 */
export async function* diffFolder(
  before: BackupIndex,
  folder: string,
  options: DiffOptions,
  signal: AbortSignal,
): AsyncGenerator<Difference, void, undefined> {
  await requireFolder(resolve(folder));
  const names = chosen(
    before.sources.map(({ name }) => name),
    options,
    before.id,
  );
  for (const name of names) {
    const path = names.length === 1 ? resolve(folder) : join(resolve(folder), name);
    const there = await isFolder(path);
    const walk = folderEntries({ source: name, path, onProblem: (at, code) => options.onProblem?.({ source: name, path: at, code }) });
    const after = there ? paced(walk, signal) : paced([], signal);
    yield* differences(name, entriesOf(before.sources.find((source) => source.name === name)), after, options.checksum !== true);
  }
}

function chosen(names: readonly string[], { sources }: DiffOptions, id: string): readonly string[] {
  const wanted = sources?.map(memberForm);
  const missing = wanted?.filter((name) => !names.includes(name)) ?? [];
  if (missing.length > 0) throw backupError('nothing-selected', { selection: missing.join(', '), id });
  return names.filter((name) => wanted === undefined || wanted.includes(name));
}

/** Both sides come in walking order. */
async function* differences(
  source: string,
  before: AsyncGenerator<ComparedEntry, void, undefined>,
  after: AsyncGenerator<ComparedEntry, void, undefined>,
  trustTimes: boolean,
): AsyncGenerator<Difference, void, undefined> {
  try {
    let [one, other] = [await nextOf(before), await nextOf(after)];
    while (one !== undefined || other !== undefined) {
      const order = one === undefined ? 1 : other === undefined ? -1 : comparePaths(one.entry.path, other.entry.path);
      if (order < 0 && one !== undefined) {
        yield { source, path: one.entry.path, change: 'removed', what: [], before: one.entry };
        one = await nextOf(before);
      } else if (order > 0 && other !== undefined) {
        yield { source, path: other.entry.path, change: 'added', what: [], after: other.entry };
        other = await nextOf(after);
      } else if (one !== undefined && other !== undefined) {
        const what = await compareEntries(one, other, trustTimes);
        if (what.length > 0) yield { source, path: one.entry.path, change: 'changed', what, before: one.entry, after: other.entry };
        [one, other] = [await nextOf(before), await nextOf(after)];
      }
    }
  } finally {
    await before.return();
    await after.return();
  }
}

async function nextOf(entries: AsyncGenerator<ComparedEntry, void, undefined>): Promise<ComparedEntry | undefined> {
  const next = await entries.next();
  return next.done === true ? undefined : next.value;
}

/** A source's entries in walking order. An archive that has them in another is held in memory. */
async function* entriesOf(source: IndexedSource | undefined): AsyncGenerator<ComparedEntry, void, undefined> {
  if (source === undefined) return;
  if (source.sorted) {
    for await (const found of source.entries()) yield comparedEntry(source, found);
    return;
  }
  const byPath = new Map<string, FoundEntry>();
  for await (const found of source.entries()) if (!byPath.has(found.path)) byPath.set(found.path, found);
  for (const path of [...byPath.keys()].sort(comparePaths)) {
    const found = byPath.get(path);
    if (found !== undefined) yield comparedEntry(source, found);
  }
}

function comparedEntry(source: IndexedSource, found: FoundEntry): ComparedEntry {
  return {
    entry: contentEntry(source.name, found),
    uid: found.entry.uid,
    gid: found.entry.gid,
    async content() {
      const file = await contentOf(source, found);
      return file === undefined ? undefined : { size: file.entry.size, sha256: async () => file.indexed.sha256 };
    },
  };
}

/** Lets others run now and then, for walking is synchronous. */
async function* paced<T>(items: Iterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  let count = 0;
  for (const item of items) {
    count += 1;
    if (count % 1000 === 0) await new Promise(setImmediate);
    signal.throwIfAborted();
    yield item;
  }
}

async function requireFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const there = await stat(path).catch(() => undefined);
  throw backupError(there === undefined ? 'source-missing' : 'source-not-a-folder', { path });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) return false;
    throw error;
  }
}
