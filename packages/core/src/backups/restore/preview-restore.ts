import type { ByteSource } from '../../base/byte-reader.js';
import { type BackupIndex, contentEntry } from '../browse/backup-index.js';
import { readSources, type ReadSourcesOptions } from '../read-sources.js';
import { describeRestoreProblem } from './describe-problem.js';
import type { ContentEntry, RestoreProblem, RestoreResult } from './restore-result.js';
import { PathSet } from './path-set.js';
import { type RestoreProblemCode, safePath } from './safe-path.js';
import type { Selection } from './selection.js';

/** The chosen entries of a backup, in its order, as they are stored. Reads all of it strictly on the way. */
export async function* listContents(
  bytes: ByteSource,
  options: ReadSourcesOptions,
  selection: Selection,
): AsyncGenerator<ContentEntry, void, undefined> {
  for await (const source of readSources(bytes, options)) {
    if (!selection.includesSource(source.name)) continue;
    for await (const { path, entry, linkPath } of await source.open()) {
      if (!selection.includes(source.name, path, entry.type === 'directory')) continue;
      const { type, size, mode, mtime } = entry;
      const link = linkPath ?? entry.linkPath;
      yield { source: source.name, path, type, size, mode, mtime, ...(link === undefined ? {} : { linkPath: link }) };
    }
  }
}

/** As {@link listContents}, from the backup's index. */
export async function* listIndexed(index: BackupIndex, selection: Selection): AsyncGenerator<ContentEntry, void, undefined> {
  for (const source of index.sources) {
    if (!selection.includesSource(source.name)) continue;
    for (const within of selection.within(source.name)) {
      for await (const found of source.entries({ within })) {
        if (selection.includes(source.name, found.path, found.entry.type === 'directory')) yield contentEntry(source.name, found);
      }
    }
  }
}

/** What a restore into an empty folder would do, without doing it. */
export async function previewRestore(contents: AsyncIterable<ContentEntry>): Promise<RestoreResult> {
  const result = { files: 0, folders: 0, links: 0, bytes: 0 };
  const problems: RestoreProblem[] = [];
  const entries: ContentEntry[] = [];
  const links = new PathSet();
  for await (const entry of contents) {
    const code = refusal(entry, links);
    if (code !== undefined) {
      problems.push({ source: entry.source, path: entry.path, code, message: describeRestoreProblem(entry.path, code, undefined) });
      continue;
    }
    entries.push(entry);
    if (entry.type === 'symlink') links.add(`${entry.source}/${entry.path}`);
    if (entry.type === 'directory') result.folders += 1;
    else if (entry.type === 'file') result.files += 1;
    else result.links += 1;
    result.bytes += entry.size;
  }
  return { ...result, problems, entries };
}

function refusal(entry: ContentEntry, links: PathSet): RestoreProblemCode | undefined {
  const safe = safePath(entry.path);
  if ('refused' in safe) return safe.refused;
  const behindLink = safe.parts.some((_, depth) => depth > 0 && links.mayHave([entry.source, ...safe.parts.slice(0, depth)].join('/')));
  if (behindLink) return 'through-link';
  if (entry.type === 'hardlink') {
    const content = safePath(entry.linkPath ?? '');
    if ('refused' in content) return content.refused;
  }
  return ['file', 'directory', 'symlink', 'hardlink'].includes(entry.type) ? undefined : 'device';
}
