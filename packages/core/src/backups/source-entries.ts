import type { TarEntry } from '../archive/tar/tar-entry.js';
import type { TarMember } from '../archive/tar/read-tar.js';
import { type SourcePaths, sourcePaths } from './browse/source-paths.js';

export interface SourceEntry {
  /** As in the source: without what the archive puts before it; `''` is the source's folder. */
  readonly path: string;
  readonly entry: TarEntry;
  /** Where a hard link points, as `path`. */
  readonly linkPath: string | undefined;
  readonly body: TarMember['body'];
}

/** The entries of an archive by their paths in the source. `archive` is closed when they were read. */
export async function* sourceEntries(
  name: string,
  members: AsyncIterable<TarMember>,
  archive?: AsyncDisposable,
): AsyncGenerator<SourceEntry, void, undefined> {
  await using _archive = archive;
  let paths: SourcePaths | undefined;
  for await (const { entry, body } of members) {
    paths ??= sourcePaths(name, entry.path);
    yield {
      path: paths.toSource(entry.path),
      entry,
      linkPath: entry.type === 'hardlink' ? paths.toSource(entry.linkPath ?? '') : undefined,
      body,
    };
  }
}
