import type { Stats } from 'node:fs';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import type { RestoreProblemCode } from './safe-path.js';

export type Attributes = Pick<TarEntry, 'mode' | 'mtime' | 'uid' | 'gid'>;

export type Owner = Pick<Attributes, 'uid' | 'gid'>;

/** One file or folder that was made, and how it gets its attributes. */
export interface MadeEntry {
  /** Whom it belongs to, where that is known without asking. */
  readonly owner?: Owner | undefined;
  stats(): Stats;
  chown(uid: number, gid: number): void;
  chmod(mode: number): void;
  /** Seconds. */
  utimes(atime: number, mtime: number): void;
}

export interface AttributeOptions {
  readonly owners: boolean;
  onProblem(path: string, code: RestoreProblemCode, cause?: unknown): void;
}

/** Owner before mode, since a change of owner takes the set-id bits away; the mode last, as it may tell that a file is complete. */
export function applyAttributes(entry: Attributes & { readonly path: string }, made: MadeEntry, options: AttributeOptions): void {
  if (options.owners && !(made.owner !== undefined && isOwnedAsIn(entry, made.owner))) {
    try {
      made.chown(entry.uid, entry.gid);
    } catch (cause) {
      options.onProblem(entry.path, 'owner', cause);
    }
  }
  const time = fileTime(entry.mtime);
  made.utimes(time, time);
  // Set-id bits mean something only together with the owner that they were given for.
  const keepsMode = options.owners || (entry.mode & 0o6000) === 0 || isOwnedAsIn(entry, made.stats());
  if (!keepsMode) options.onProblem(entry.path, 'mode');
  made.chmod(keepsMode ? entry.mode : entry.mode & 0o1777);
}

function isOwnedAsIn(entry: Attributes, owner: Owner): boolean {
  return owner.uid === entry.uid && owner.gid === entry.gid;
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
