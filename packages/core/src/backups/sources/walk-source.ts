import { closeSync, lstatSync, openSync, readdirSync, readSync, type Stats } from 'node:fs';
import { decodeName, toFsPath } from '../../base/file-name.js';
import { createExclusions, type Exclusions, ignoreFileName } from './exclusions.js';
import { presetPatterns } from './presets.js';
import type { Source } from './source.js';

/** Why something in a source is not in the backup as it should be. */
export type SourceProblemCode = 'unreadable' | 'vanished' | 'changed' | 'not-a-file';

export type FoundEntry = {
  /** Relative to the source; `''` is the source's own folder. */
  readonly path: string;
  readonly absolutePath: string;
  readonly stats: Stats;
};

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

/**
 * All that is in a folder and not excluded, parents before children, each folder's names in order. Synchronous
 * calls are several times faster than promises here; the reader yields between entries.
 */
export function* walkSource(source: Source, observer: WalkObserver): Generator<FoundEntry, void, undefined> {
  const root = source.path;
  const walk: Walk = { source, exclusions: createExclusions([...presetPatterns(source.preset), ...source.exclude]), observer };
  const rootStats = lstatSync(toFsPath(`${root}/.`));
  yield { path: '', absolutePath: root, stats: rootStats };
  const pending: Iterator<FoundEntry>[] = [entriesOf({ path: '', absolutePath: root, stats: rootStats }, walk)];
  // A stack of its own, because a tree may be deeper than the call stack.
  for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
    const next = top.next();
    if (next.done === true) {
      pending.pop();
      continue;
    }
    yield next.value;
    if (next.value.stats.isDirectory()) pending.push(entriesOf(next.value, walk));
  }
}

interface Walk {
  readonly source: Source;
  readonly exclusions: Exclusions;
  readonly observer: WalkObserver;
}

function* entriesOf(folder: FoundEntry, walk: Walk): Generator<FoundEntry, void, undefined> {
  const { exclusions, observer } = walk;
  let names: string[];
  try {
    names = namesIn(folder.absolutePath).sort();
    if (names.some((name) => name.startsWith(locationMarkerPrefix))) {
      observer.onExcluded(folder.path);
      return;
    }
    if (names.includes(cacheTagName) && isCacheTag(`${folder.absolutePath}/${cacheTagName}`)) {
      if (names.length > 1) observer.onExcluded(folder.path);
      names = [cacheTagName];
    }
    if (names.includes(ignoreFileName)) {
      exclusions.addRules(folder.path, readStart(`${folder.absolutePath}/${ignoreFileName}`, maxIgnoreFileBytes));
    }
  } catch (error) {
    observer.onProblem(folder.path, isGone(error) ? 'vanished' : 'unreadable', error);
    return;
  }
  for (const name of names) {
    const path = folder.path === '' ? name : `${folder.path}/${name}`;
    const absolutePath = `${folder.absolutePath}/${name}`;
    let stats: Stats;
    try {
      stats = lstatSync(toFsPath(absolutePath));
    } catch (error) {
      observer.onProblem(path, isGone(error) ? 'vanished' : 'unreadable', error);
      continue;
    }
    if (exclusions.excludes(path, stats.isDirectory()) || isHostFolder(stats, walk.source)) observer.onExcluded(path);
    else yield { path, absolutePath, stats };
  }
}

function isHostFolder(stats: Stats, { hostFolder }: Source): boolean {
  return hostFolder !== undefined && stats.ino === hostFolder.ino && stats.dev === hostFolder.dev;
}

function namesIn(folder: string): string[] {
  const names = readdirSync(toFsPath(folder), 'utf8');
  // U+FFFD stands where a name is not UTF-8: then, and only then, the names are read as bytes.
  if (!names.some((name) => name.includes('\ufffd'))) return names;
  return readdirSync(toFsPath(folder), 'buffer').map(decodeName);
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
