import { closeSync, type Dirent, lstatSync, openSync, readdirSync, readSync, type Stats } from 'node:fs';
import { decodeName, toFsPath } from '../../base/file-name.js';
import { createExclusions, type Exclusions, ignoreFileName } from './exclusions.js';
import { presetPatterns } from './presets.js';
import type { Source } from './source.js';
import { maybeDatabases } from './sqlite-files.js';

/** Why something in a source is not in the backup as it should be. */
export type SourceProblemCode = 'unreadable' | 'vanished' | 'changed' | 'not-a-file';

interface EntryPlace {
  /** Relative to the source; `''` is the source's own folder. */
  readonly path: string;
  readonly absolutePath: string;
}

/** An entry as its folder lists it. A file is not looked at itself: whoever opens it learns more in the same go. */
export type ListedEntry = EntryPlace &
  (
    | { readonly kind: 'file' /** By its name, or by what lies beside it. */; readonly maybeDatabase?: boolean }
    | { readonly kind: 'directory' | 'symlink' | 'other'; readonly stats: Stats }
  );

export type FoundEntry = EntryPlace & { readonly stats: Stats };

export interface WalkObserver {
  onProblem(path: string, code: SourceProblemCode, cause: unknown): void;
  onExcluded(path: string): void;
}

/** A folder with this file in it holds what can be made again (https://bford.info/cachedir/): only the file itself is kept. */
const cacheTagName = 'CACHEDIR.TAG';
const cacheTagSignature = 'Signature: 8a477f597d28d172789f06886806bc55';

const maxIgnoreFileBytes = 1024 * 1024;

/** A folder with a file whose name starts like this is a location: backups are not backed up. */
const locationMarkerPrefix = '.holdfast-location';

/** As {@link listSource}, and looks at each file. */
export function* walkSource(source: Source, observer: WalkObserver): Generator<FoundEntry, void, undefined> {
  for (const entry of listSource(source, observer)) {
    const { path, absolutePath } = entry;
    const stats = 'stats' in entry ? entry.stats : statsOf(path, absolutePath, observer);
    if (stats !== undefined) yield { path, absolutePath, stats };
  }
}

/**
 * All that is in a folder and not excluded, parents before children, each folder's names in order. Synchronous
 * calls are several times faster than promises here; the reader yields between entries.
 */
export function* listSource(source: Source, observer: WalkObserver): Generator<ListedEntry, void, undefined> {
  const root = source.path;
  const walk: Walk = { source, exclusions: createExclusions([...presetPatterns(source.preset), ...source.exclude]), observer };
  const folder = { path: '', absolutePath: root, kind: 'directory', stats: lstatSync(toFsPath(`${root}/.`)) } as const;
  yield folder;
  const pending: Iterator<ListedEntry>[] = [entriesOf(folder, walk)];
  // A stack of its own, because a tree may be deeper than the call stack.
  for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
    const next = top.next();
    if (next.done === true) {
      pending.pop();
      continue;
    }
    yield next.value;
    if (next.value.kind === 'directory') pending.push(entriesOf(next.value, walk));
  }
}

interface Walk {
  readonly source: Source;
  readonly exclusions: Exclusions;
  readonly observer: WalkObserver;
}

function* entriesOf(folder: EntryPlace, walk: Walk): Generator<ListedEntry, void, undefined> {
  const { exclusions, observer } = walk;
  let listed: readonly Listed[];
  try {
    listed = listingOf(folder.absolutePath);
    let cacheTag: Listed | undefined;
    let hasRules = false;
    for (const entry of listed) {
      if (entry.name.startsWith(locationMarkerPrefix)) {
        observer.onExcluded(folder.path);
        return;
      }
      if (entry.name === cacheTagName) cacheTag = entry;
      else if (entry.name === ignoreFileName) hasRules = true;
    }
    if (cacheTag !== undefined && isCacheTag(`${folder.absolutePath}/${cacheTagName}`)) {
      if (listed.length > 1) observer.onExcluded(folder.path);
      listed = [cacheTag];
    } else if (hasRules) exclusions.addRules(folder.path, readStart(`${folder.absolutePath}/${ignoreFileName}`, maxIgnoreFileBytes));
  } catch (error) {
    observer.onProblem(folder.path, isGone(error) ? 'vanished' : 'unreadable', error);
    return;
  }
  const maybeDatabase = maybeDatabases(listed);
  for (const { name, kind } of listed) {
    const path = folder.path === '' ? name : `${folder.path}/${name}`;
    const absolutePath = `${folder.absolutePath}/${name}`;
    if (exclusions.excludes(path, kind === 'directory')) observer.onExcluded(path);
    else if (kind === 'file') yield { path, absolutePath, kind, maybeDatabase: maybeDatabase(name) };
    else {
      const stats = statsOf(path, absolutePath, observer);
      if (stats === undefined) continue;
      if (isHostFolder(stats, walk.source)) observer.onExcluded(path);
      else yield looked(path, absolutePath, stats);
    }
  }
}

/** It may have become something else since its folder was read. */
function looked(path: string, absolutePath: string, stats: Stats): ListedEntry {
  const kind = kindOf(stats);
  return kind === 'file' ? { path, absolutePath, kind } : { path, absolutePath, kind, stats };
}

function statsOf(path: string, absolutePath: string, observer: WalkObserver): Stats | undefined {
  try {
    return lstatSync(toFsPath(absolutePath));
  } catch (error) {
    observer.onProblem(path, isGone(error) ? 'vanished' : 'unreadable', error);
    return undefined;
  }
}

function isHostFolder(stats: Stats, { hostFolder }: Source): boolean {
  return hostFolder !== undefined && stats.ino === hostFolder.ino && stats.dev === hostFolder.dev;
}

interface Listed {
  readonly name: string;
  readonly kind: ListedEntry['kind'];
}

function listingOf(folder: string): Listed[] {
  const entries = readdirSync(toFsPath(folder), { withFileTypes: true });
  // U+FFFD stands where a name is not UTF-8: then, and only then, the names are read as bytes.
  const listed = entries.some(({ name }) => name.includes('\ufffd'))
    ? readdirSync(toFsPath(folder), { withFileTypes: true, encoding: 'buffer' }).map((entry) => listedAs(decodeName(entry.name), entry))
    : entries.map((entry) => listedAs(entry.name, entry));
  return listed.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function listedAs(name: string, entry: Kinds): Listed {
  return { name, kind: kindOf(entry) };
}

type Kinds = Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>;

function kindOf(entry: Kinds): ListedEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}

function isCacheTag(path: string): boolean {
  return readStart(path, cacheTagSignature.length) === cacheTagSignature;
}

/** The first bytes of a regular file, as text; empty for anything else, since a FIFO of that name would block for ever. */
function readStart(path: string, limit: number): string {
  if (!lstatSync(toFsPath(path)).isFile()) return '';
  const file = openSync(toFsPath(path), 'r');
  try {
    const start = Buffer.alloc(limit);
    return start.toString('utf8', 0, readSync(file, start));
  } finally {
    closeSync(file);
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
