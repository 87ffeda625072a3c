import { isUtf8 } from 'node:buffer';
import { readdir } from 'node:fs/promises';

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** What file systems and NAS systems keep beside their users' files: deleted ones, thumbnails, snapshots. */
const systemFolders = new Set([
  'lost+found',
  'System Volume Information',
  '$RECYCLE.BIN',
  '@eaDir',
  '@Recycle',
  '@Recently-Snapshot',
  '#recycle',
  '#snapshot',
]);

/**
 * A folder's files and subfolders in the order in which their keys sort, by bytes. Left out is what can't be or hold an
 * object: links, devices, names that are not UTF-8, system folders.
 */
export async function readFolder(path: string): Promise<FolderEntry[]> {
  const entries: { entry: FolderEntry; order: Buffer }[] = [];
  for (const found of await readdir(path, { withFileTypes: true, encoding: 'buffer' })) {
    if (!isUtf8(found.name)) continue;
    const name = found.name.toString('utf8');
    if (found.isFile()) entries.push({ entry: { name, kind: 'file' }, order: found.name });
    // A folder's keys go on with a slash, so `a.tar` comes before what is in `a`.
    else if (found.isDirectory() && !systemFolders.has(name))
      entries.push({ entry: { name, kind: 'folder' }, order: Buffer.from(`${name}/`) });
  }
  return entries.sort((a, b) => Buffer.compare(a.order, b.order)).map(({ entry }) => entry);
}
