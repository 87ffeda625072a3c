import { lstatSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatByteSize } from '../../../providers/byte-size.js';
import type { BackupIndex } from '../../browse/backup-index.js';
import type { Sidecar } from '../../sidecar.js';
import { sourceNameOf } from '../../sources/source.js';
import { lstatIfThere } from '../open-folders.js';
import { replaceError } from './errors.js';
import type { ReplacedFolder } from './restore-journal.js';

/** What a file takes beyond its content, on average: half of its last block, and its place in a folder. Bytes. */
const bytesForEachFile = 2048 + 256;

/** Bytes that each source takes on a disk, where the backup tells, by the source's name. */
export async function requiredSpace(sidecar: Sidecar | undefined, index: BackupIndex | undefined): Promise<ReadonlyMap<string, number>> {
  const needed = new Map<string, number>();
  if (sidecar !== undefined) {
    for (const { member, bytes, files } of sidecar.archives) needed.set(sourceNameOf(member), bytes + files * bytesForEachFile);
  } else {
    for (const source of index?.sources ?? []) {
      let bytes = 0;
      for await (const { entry } of source.entries()) bytes += entry.size + bytesForEachFile;
      needed.set(source.name, bytes);
    }
  }
  return needed;
}

/** Error: `restore-no-space`. Folders on one disk are counted together; a source that nothing is known of takes nothing. */
export function requireSpace(folders: readonly ReplacedFolder[], needed: ReadonlyMap<string, number>): void {
  const disks = new Map<number, { folder: string; bytes: number }>();
  for (const { source, work } of folders) {
    const folder = nearestFolder(dirname(work));
    const { dev } = lstatSync(folder);
    disks.set(dev, { folder, bytes: (disks.get(dev)?.bytes ?? 0) + (needed.get(source) ?? 0) });
  }
  for (const { folder, bytes } of disks.values()) {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    if (bytes > free) throw replaceError('restore-no-space', { folder, needed: formatByteSize(bytes), free: formatByteSize(free) });
  }
}

function nearestFolder(path: string): string {
  return lstatIfThere(path) !== undefined || dirname(path) === path ? path : nearestFolder(dirname(path));
}
