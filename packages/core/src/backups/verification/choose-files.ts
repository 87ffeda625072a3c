import { createHash } from 'node:crypto';
import type { BackupIndex, FoundEntry, IndexedSource } from '../browse/backup-index.js';

export interface ChosenFile {
  readonly source: IndexedSource;
  readonly found: FoundEntry;
}

/**
 * Draws files of a backup at random, each as likely as any other. What is drawn depends on the seed and the files' names alone, so that a drill can be repeated. Holds
 * no more than are drawn.
 */
export async function chooseFiles(
  index: BackupIndex,
  count: number,
  seed: string,
  signal: AbortSignal,
): Promise<{ readonly chosen: readonly ChosenFile[] /** How many files there are. */; readonly of: number }> {
  // Each file draws a number; those with the lowest are chosen.
  const drawn: (ChosenFile & { readonly lot: string })[] = [];
  let of = 0;
  for (const source of index.sources) {
    for await (const found of source.entries()) {
      if (found.entry.type !== 'file') continue;
      signal.throwIfAborted();
      of += 1;
      const lot = createHash('sha256').update(`${seed}\0${source.name}\0${found.path}`).digest('hex');
      const highest = drawn.at(-1)?.lot;
      if (drawn.length >= count && highest !== undefined && lot >= highest) continue;
      drawn.push({ source, found, lot });
      drawn.sort((one, other) => (one.lot < other.lot ? -1 : 1));
      if (drawn.length > count) drawn.pop();
    }
  }
  return { chosen: drawn.map(({ source, found }) => ({ source, found })), of };
}
