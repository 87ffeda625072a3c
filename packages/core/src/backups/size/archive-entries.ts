import type { Stats } from 'node:fs';
import type { Source } from '../sources/source.js';
import { type FoundEntry, walkSource } from '../sources/walk-source.js';

/** An entry of a source, and how much of the source's inner tar it is about. Bytes. */
export interface ArchiveEntry extends FoundEntry {
  readonly source: Source;
  /** What of its content the tar will hold: nothing of a further name of the same file. */
  readonly content: number;
  /** With header and padding. */
  readonly length: number;
}

/** A pax header and a ustar header: nearly every file's time has a fraction, which only pax can say. */
export const headerLength = 1536;
const tarBlock = 512;

/** All that will be in the inner tars, in their order, without reading any of it. */
export function* archiveEntries(sources: readonly Source[]): Generator<ArchiveEntry, void, undefined> {
  for (const source of sources) {
    const linked = new Set<string>();
    for (const entry of walkSource(source, { onProblem: () => {}, onExcluded: () => {} })) {
      const content = entry.stats.isFile() && isFirstName(entry.stats, linked) ? entry.stats.size : 0;
      yield { ...entry, source, content, length: headerLength + Math.ceil(content / tarBlock) * tarBlock };
    }
  }
}

function isFirstName({ nlink, dev, ino }: Stats, linked: Set<string>): boolean {
  if (nlink < 2) return true;
  const inode = `${dev}:${ino}`;
  if (linked.has(inode)) return false;
  linked.add(inode);
  return true;
}
