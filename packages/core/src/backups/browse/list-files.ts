import { childOf } from '../../archive/index/path-order.js';
import type { ReadOptions } from '../open-backup.js';
import type { ContentEntry } from '../restore/restore-result.js';
import { type BackupIndex, contentEntry } from './backup-index.js';
import { findPaths, type FoundPath } from './find-path.js';
import { pathPattern } from './path-pattern.js';

export interface ListFilesOptions extends ReadOptions {
  /** A folder, or a file: `dir` in any source or `source:dir`. Default the sources' own folders. */
  readonly path?: string;
  /** Only what fits a pattern as in a .gitignore file, at any depth. */
  readonly find?: string;
  /** Also what is in the folders. */
  readonly recursive?: boolean;
}

/** What is in a folder of a backup, in walking order. @throws `path-not-in-backup` */
export async function* listFiles(index: BackupIndex, options: ListFilesOptions): AsyncGenerator<ContentEntry, void, undefined> {
  const { path, find, recursive = false } = options;
  const places =
    path === undefined ? index.sources.map((source): FoundPath => ({ source, path: '', found: undefined })) : await findPaths(index, path);
  for (const place of places) {
    if (find !== undefined) yield* fitting(place, find);
    else if (place.found !== undefined && place.found.entry.type !== 'directory') yield contentEntry(place.source.name, place.found);
    else if (recursive) yield* below(place, path === undefined);
    else yield* children(place, path === undefined);
  }
}

async function* fitting({ source, path }: FoundPath, pattern: string): AsyncGenerator<ContentEntry, void, undefined> {
  const fits = pathPattern(pattern);
  for await (const found of source.entries({ within: path })) {
    if (fits(found.path, found.entry.type === 'directory')) yield contentEntry(source.name, found);
  }
}

async function* below({ source, path }: FoundPath, withItself: boolean): AsyncGenerator<ContentEntry, void, undefined> {
  for await (const found of source.entries({ within: path })) {
    if (withItself || found.path !== path) yield contentEntry(source.name, found);
  }
}

async function* children({ source, path }: FoundPath, withItself: boolean): AsyncGenerator<ContentEntry, void, undefined> {
  const listed = new Set<string>();
  const implied = new Set<string>();
  for await (const found of source.entries({ within: path, shallow: true })) {
    const child = found.path === path ? path : childOf(found.path, path);
    if (found.path !== child) {
      implied.add(child);
      continue;
    }
    listed.add(child);
    if (withItself || found.path !== path) yield contentEntry(source.name, found);
  }
  // Folders that an archive from elsewhere has no entry of their own for.
  for (const child of implied) {
    if (!listed.has(child)) yield { source: source.name, path: child, type: 'directory', size: 0, mode: 0o755, mtime: 0 };
  }
}
