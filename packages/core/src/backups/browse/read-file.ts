import type { TarEntryType } from '../../archive/tar/tar-entry.js';
import { displayName } from '../../base/file-name.js';
import { backupError } from '../errors.js';
import type { BackupIndex, FoundEntry, IndexedSource } from './backup-index.js';
import { findPaths } from './find-path.js';

const kinds: Readonly<Record<TarEntryType, string>> = {
  file: 'a file',
  directory: 'a folder',
  symlink: 'a symbolic link',
  hardlink: 'a link to something that is not in the backup',
  fifo: 'a FIFO',
  'character-device': 'a device',
  'block-device': 'a device',
};

// A hard link points to a file; longer chains are made to be followed for ever.
const maxLinks = 8;

/**
 * A file's content, by range reads, checked at its end: what was given out is right only if no error follows. Hard links are followed.
 *
 * @throws `path-not-in-backup`, `path-ambiguous`, `path-not-a-file`, `corrupt`
 */
export async function* readBackupFile(index: BackupIndex, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const [place, ...others] = await findPaths(index, path);
  if (place === undefined) return;
  const shown = displayName(path);
  if (others.length > 0) {
    const sources = [place, ...others].map(({ source }) => source.name).join(', ');
    throw backupError('path-ambiguous', { path: shown, id: index.id, sources, example: `${place.source.name}:${shown}` });
  }
  const file = place.found === undefined ? undefined : await contentOf(place.source, place.found);
  if (file === undefined) {
    const kind = place.found?.entry.type ?? 'directory';
    const to = kind === 'symlink' ? ` to ${displayName(place.found?.entry.linkPath ?? '')}` : '';
    throw backupError('path-not-a-file', { path: shown, id: index.id, what: `${kinds[kind]}${to}` });
  }
  yield* place.source.content(file);
}

/** The entry with the content of a file or a hard link; `undefined` for what has none. */
export async function contentOf(source: IndexedSource, found: FoundEntry): Promise<FoundEntry | undefined> {
  let at: FoundEntry | undefined = found;
  for (let link = 0; at?.entry.type === 'hardlink' && link < maxLinks; link += 1) at = await source.find(at.linkPath ?? '');
  return at?.entry.type === 'file' ? at : undefined;
}
