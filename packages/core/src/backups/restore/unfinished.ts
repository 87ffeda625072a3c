import type { Stats } from 'node:fs';

/** The mode of a file that has its name and is not complete: nobody may read it, and no complete file has just this one. */
export const unfinishedMode = 0o1000;
/** The same of a folder, for its owner alone. */
export const unfinishedFolderMode = 0o1700;

/** Whether a restore that was killed left this. */
export function isUnfinishedFile(stats: Stats): boolean {
  return stats.isFile() && (stats.mode & 0o7777) === unfinishedMode;
}

export function isUnfinishedFolder(stats: Stats): boolean {
  return stats.isDirectory() && (stats.mode & 0o7777) === unfinishedFolderMode;
}
