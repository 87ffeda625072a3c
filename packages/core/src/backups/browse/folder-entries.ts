import { createHash } from 'node:crypto';
import { constants, readlinkSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { TarEntryType } from '../../archive/tar/tar-entry.js';
import { decodeName, toFsPath } from '../../base/file-name.js';
import { type FoundEntry, isGone, type SourceProblemCode, walkSource } from '../sources/walk-source.js';
import type { ComparedEntry } from './compare-entries.js';

const readBytes = 256 * 1024;

/** A folder on this machine that is compared with a source. */
export interface ComparedFolder {
  readonly source: string;
  /** Absolute. */
  readonly path: string;
  /** What can't be read is passed over, and told here. */
  onProblem(path: string, code: SourceProblemCode): void;
}

/** What a backup of the folder would hold, in walking order. Files with several names are told apart as a backup does. */
export function* folderEntries({ source, path, onProblem }: ComparedFolder): Generator<ComparedEntry, void, undefined> {
  const walked = walkSource(
    {
      name: source,
      path,
      preset: source === 'homeassistant' ? 'home-assistant' : 'none',
      exclude: [],
      layout: { memberName: `${source}.tar.gz`, rootPath: '.', prefix: '' },
      hostFolder: undefined,
    },
    { onProblem, onExcluded() {} },
  );
  const names = new Map<string, string>();
  for (const found of walked) {
    const type = typeOf(found.stats);
    if (type === undefined) {
      onProblem(found.path, 'not-a-file');
      continue;
    }
    const { stats } = found;
    const inode = type === 'file' && stats.nlink > 1 ? `${stats.dev}:${stats.ino}` : undefined;
    const first = inode === undefined ? undefined : names.get(inode);
    if (inode !== undefined && first === undefined) names.set(inode, found.path);
    const linkPath = type === 'symlink' ? decodeName(readlinkSync(toFsPath(found.absolutePath), 'buffer')) : first;
    yield {
      entry: {
        source,
        path: found.path,
        type: first === undefined ? type : 'hardlink',
        size: type === 'file' && first === undefined ? stats.size : 0,
        mode: stats.mode & 0o7777,
        mtime: stats.mtimeMs / 1000,
        ...(linkPath === undefined ? {} : { linkPath }),
      },
      uid: stats.uid,
      gid: stats.gid,
      content: async () => ({ size: stats.size, sha256: () => digestOf(found, onProblem) }),
    };
  }
}

function typeOf(stats: Stats): TarEntryType | undefined {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : undefined;
}

async function digestOf({ path, absolutePath }: FoundEntry, onProblem: ComparedFolder['onProblem']): Promise<string | undefined> {
  const digest = createHash('sha256');
  try {
    // Not following and not blocking: the name may have become a link or a FIFO since it was listed.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    await using file = await open(toFsPath(absolutePath), flags);
    const buffer = Buffer.allocUnsafe(readBytes);
    for (;;) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) return digest.digest('hex');
      digest.update(buffer.subarray(0, bytesRead));
    }
  } catch (error) {
    onProblem(path, isGone(error) ? 'vanished' : 'unreadable');
    return undefined;
  }
}
