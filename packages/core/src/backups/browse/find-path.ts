import { displayName } from '../../base/file-name.js';
import { closestName } from '../../providers/closest-name.js';
import { backupError } from '../errors.js';
import type { BackupIndex, FoundEntry, IndexedSource } from './backup-index.js';
import { memberForm, parseSourcePath, trimmedPath } from './asked-path.js';

/** A path that is in a backup. */
export interface FoundPath {
  readonly source: IndexedSource;
  readonly path: string;
  /** `undefined` for a folder that the archive has entries in, but none of its own for. */
  readonly found: FoundEntry | undefined;
}

/**
 * Where a path is in the backup: `dir/file` in every source that has it, `source:dir/file` in one; a source's name alone is its
 * folder, unless something is called like that. @throws `path-not-in-backup`
 */
export async function findPaths(index: BackupIndex, asked: string): Promise<readonly FoundPath[]> {
  const { source, path } = parseAsked(index, asked);
  const candidates = index.sources.filter(({ name }) => source === undefined || name === source);
  const places: FoundPath[] = [];
  for (const candidate of candidates) {
    const found = await candidate.find(path);
    if (found !== undefined || (await holdsAnything(candidate, path))) places.push({ source: candidate, path, found });
  }
  if (places.length > 0) return places;
  const named = source === undefined ? index.sources.find(({ name }) => name === memberForm(path)) : undefined;
  if (named !== undefined) return [{ source: named, path: '', found: await named.find('') }];
  const near = await nearName(candidates, path);
  const hint = near === undefined ? '' : ` Is "${displayName(near)}" meant?`;
  throw backupError('path-not-in-backup', { path: displayName(asked), id: index.id, near: hint });
}

/** A colon may be in a file's name: only what is in the backup counts as a source. */
function parseAsked(index: BackupIndex, asked: string): ReturnType<typeof parseSourcePath> {
  const parsed = parseSourcePath(asked);
  const isSource = parsed.source === undefined || index.sources.some(({ name }) => name === parsed.source);
  return isSource ? parsed : { source: undefined, path: trimmedPath(asked) };
}

async function holdsAnything(source: IndexedSource, path: string): Promise<boolean> {
  if (path === '') return true;
  for await (const _ of source.entries({ within: path, shallow: true })) return true;
  return false;
}

/** A name in the folder that the path is said to be in. */
async function nearName(sources: readonly IndexedSource[], path: string): Promise<string | undefined> {
  const slash = path.lastIndexOf('/');
  const folder = slash === -1 ? '' : path.slice(0, slash);
  const names = new Set<string>();
  for (const source of sources) {
    for await (const found of source.entries({ within: folder, shallow: true })) {
      const name = found.path.slice(slash + 1);
      if (found.path !== folder && !name.includes('/')) names.add(name);
      if (names.size > 10_000) break;
    }
  }
  const near = closestName(path.slice(slash + 1), [...names]);
  return near === undefined ? undefined : `${path.slice(0, slash + 1)}${near}`;
}
