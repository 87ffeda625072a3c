import { constants, realpathSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { lstatIfThere } from '../open-folders.js';
import { replaceError } from './errors.js';
import { isMountPoint, mountPointBelow } from './mount-points.js';
import type { ReplacedFolder } from './restore-journal.js';
import { workBeside, workNameInside } from './work-folder.js';

/** Something that must stay where it is while a folder is replaced. */
export interface GuardedPath {
  readonly path: string;
  /** For people: `the data directory`. */
  readonly what: string;
}

/**
 * Decides how a folder is replaced: as a whole by one rename, or entry by entry where it can't be renamed, as it is a mount point or lies in a
 * folder that this user may not write to. Error: `replace-refused`.
 */
export async function planFolder(source: string, wanted: string, guarded: readonly GuardedPath[]): Promise<ReplacedFolder> {
  const target = resolve(wanted);
  const refused = (reason: string) => replaceError('replace-refused', { folder: target, reason });
  const there = lstatIfThere(target);
  if (there === undefined) return { source, target, work: workBeside(target), mode: 'whole', existed: false };
  if (there.isSymbolicLink()) throw refused('it is a link to another place');
  if (!there.isDirectory()) throw refused('it is not a folder');
  if (dirname(target) === target) throw refused('it is all that this machine has');
  const real = realPath(target);
  for (const { path, what } of guarded) if (isWithin(realPath(path), real)) throw refused(`it holds ${what}, ${path}`);
  const mounted = mountPointBelow(real);
  if (mounted !== undefined) throw refused(`another file system is mounted in it, at ${mounted}`);
  if (!isMountPoint(real) && (await isWritable(dirname(target)))) {
    return { source, target, work: workBeside(target), mode: 'whole', existed: true };
  }
  if (!(await isWritable(target))) throw refused('you may write neither to it nor to the folder that it lies in');
  return { source, target, work: join(target, workNameInside), mode: 'entries', existed: true };
}

/** Error: `restore-folders-overlap`, where one of the folders is another or lies in it. */
export function refuseOverlaps(folders: readonly string[]): void {
  const real = folders.map((folder) => ({ folder: resolve(folder), real: realPath(resolve(folder)) }));
  for (const [at, one] of real.entries()) {
    const other = real.find((candidate, index) => index !== at && isWithin(one.real, candidate.real));
    if (other !== undefined) throw replaceError('restore-folders-overlap', { one: one.folder, other: other.folder });
  }
}

/** Whether a path is a folder or lies in it. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Without links, as far as the path is there. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), relative(parent, path));
  }
}

async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
