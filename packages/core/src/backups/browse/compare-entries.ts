import type { ContentEntry } from '../restore/restore-result.js';

/** In what an entry differs. `link`: where a link points, or which files are names of the same one. */
export type DifferenceKind = 'content' | 'size' | 'type' | 'mode' | 'time' | 'owner' | 'link';

export interface Difference {
  readonly source: string;
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Empty for what was added or removed. */
  readonly what: readonly DifferenceKind[];
  readonly before?: ContentEntry;
  readonly after?: ContentEntry;
}

/** One side of a comparison. */
export interface ComparedEntry {
  readonly entry: ContentEntry;
  readonly uid: number;
  readonly gid: number;
  /** Of a file, or of what a hard link points to; `undefined` if it has none or it can't be read. */
  content(): Promise<FileContent | undefined>;
}

interface FileContent {
  /** Bytes. */
  readonly size: number;
  /** SHA-256, hexadecimal; may have to read the file. */
  sha256(): Promise<string | undefined>;
}

/** Node sets times to a microsecond. */
const timeTolerance = 2e-6;

/** `trustTimes`: files of one size and time are taken to have the same content. */
export async function compareEntries(before: ComparedEntry, after: ComparedEntry, trustTimes: boolean): Promise<readonly DifferenceKind[]> {
  const [a, b] = [before.entry, after.entry];
  if (kindOf(a) !== kindOf(b)) return ['type'];
  const sameTime = Math.abs(a.mtime - b.mtime) <= timeTolerance;
  const what: DifferenceKind[] = kindOf(a) === 'file' ? await contentDifferences(before, after, trustTimes && sameTime) : [];
  if (a.type !== 'symlink' && a.mode !== b.mode) what.push('mode');
  if (!sameTime) what.push('time');
  if (before.uid !== after.uid || before.gid !== after.gid) what.push('owner');
  if (a.linkPath !== b.linkPath) what.push('link');
  return what;
}

async function contentDifferences(before: ComparedEntry, after: ComparedEntry, trusted: boolean): Promise<DifferenceKind[]> {
  // Told where the content is.
  if (before.entry.type === 'hardlink' && after.entry.type === 'hardlink' && before.entry.linkPath === after.entry.linkPath) return [];
  const [one, other] = [await before.content(), await after.content()];
  if (one === undefined || other === undefined) return one === other ? [] : ['content'];
  if (one.size !== other.size) return ['content', 'size'];
  if (trusted) return [];
  return (await one.sha256()) === (await other.sha256()) ? [] : ['content'];
}

/** The further names of a file are that file. */
function kindOf({ type }: ContentEntry): string {
  return type === 'hardlink' ? 'file' : type;
}
