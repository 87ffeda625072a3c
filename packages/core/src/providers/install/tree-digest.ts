import { createHash } from 'node:crypto';
import { open, readdir, readlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { syncFolder } from '../../base/atomic-file.js';
import { mapConcurrently } from '../../base/map-concurrently.js';

export interface Tree {
  /** SHA-256 in hexadecimal over the sorted paths and what is there. */
  readonly digest: string;
  /** The paths of the files, with `/`, sorted. */
  readonly files: readonly string[];
}

const filesAtOnce = 16;

/**
 * Reads all that lies in a folder. With `sync` it also outlives a power cut afterwards, for which each file is open just then.
 * Rejects as `fs` does if the folder is not there.
 */
export async function readTree(folder: string, { sync = false, signal }: { sync?: boolean; signal?: AbortSignal } = {}): Promise<Tree> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .map(({ entry, path }) => ({ entry, path, name: relative(folder, path).split(sep).join('/') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = await mapConcurrently(found, filesAtOnce, async ({ entry, path, name }) => {
    signal?.throwIfAborted();
    if (entry.isSymbolicLink()) return `link ${JSON.stringify(name)} ${JSON.stringify(await readlink(path))}\n`;
    if (entry.isDirectory()) {
      if (sync) await syncFolder(path);
      return '';
    }
    return `file ${JSON.stringify(name)} ${await fileDigest(path, sync)}\n`;
  });
  if (sync) await syncFolder(folder);
  const digest = createHash('sha256').update(lines.join('')).digest('hex');
  return { digest, files: found.filter(({ entry }) => entry.isFile()).map(({ name }) => name) };
}

async function fileDigest(path: string, sync: boolean): Promise<string> {
  // Windows syncs only what is open for writing.
  const file = await open(path, sync && process.platform === 'win32' ? 'r+' : 'r');
  try {
    const hash = createHash('sha256').update(await file.readFile());
    if (sync) await file.sync();
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}
