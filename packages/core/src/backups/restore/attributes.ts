import type { Stats } from 'node:fs';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import type { RestoreProblemCode } from './safe-path.js';

export type Attributes = Pick<TarEntry, 'mode' | 'mtime' | 'uid' | 'gid'>;

/** Sets attributes of one file or folder. */
export interface AttributeSetter {
  chown(uid: number, gid: number): void;
  chmod(mode: number): void;
  /** Seconds. */
  utimes(atime: number, mtime: number): void;
}

export interface AttributeOptions {
  readonly owners: boolean;
  onProblem(path: string, code: RestoreProblemCode, cause?: unknown): void;
}

/** Owner before mode, since a change of owner takes the set-id bits away; times last. `stats` are of what was made, asked for where they matter. */
export function applyAttributes(
  entry: Attributes & { readonly path: string },
  stats: () => Stats,
  options: AttributeOptions,
  set: AttributeSetter,
): void {
  if (options.owners) {
    try {
      set.chown(entry.uid, entry.gid);
    } catch (cause) {
      options.onProblem(entry.path, 'owner', cause);
    }
  }
  // Set-id bits mean something only together with the owner that they were given for.
  const keepsMode = options.owners || (entry.mode & 0o6000) === 0 || isOwnedAsIn(entry, stats());
  if (!keepsMode) options.onProblem(entry.path, 'mode');
  set.chmod(keepsMode ? entry.mode : entry.mode & 0o1777);
  const time = fileTime(entry.mtime);
  set.utimes(time, time);
}

function isOwnedAsIn(entry: Attributes, stats: Stats): boolean {
  return stats.uid === entry.uid && stats.gid === entry.gid;
}

/**
 * The number to give to Node for a time to become the nearest microsecond. Node 20 cuts what is finer, towards zero, and the number nearest to a
 * whole microsecond may lie just below it: then it is the next one. Node 24 sets nanoseconds and sees no more of that than a quarter of a microsecond.
 */
export function fileTime(seconds: number): number {
  const microseconds = Math.round(seconds * 1e6);
  const nearest = microseconds / 1e6;
  return cutToMicroseconds(nearest) === microseconds ? nearest : nearest * (1 + Number.EPSILON);
}

function cutToMicroseconds(seconds: number): number {
  const whole = Math.trunc(seconds);
  return whole * 1e6 + Math.trunc(Math.trunc((seconds - whole) * 1e9) / 1e3);
}
