import type { Source } from '../sources/source.js';
import { archiveEntries } from './archive-entries.js';
import { type LargeEntry, LargestEntries } from './largest-entries.js';

export interface SourceSize {
  readonly files: number;
  /** Of the files' contents. */
  readonly bytes: number;
  /** About how long the inner tars are before they are compressed. */
  readonly tarBytes: number;
  /** What is largest in them, the largest first. */
  readonly largest: readonly LargeEntry[];
}

const entriesPerTurn = 2_000;

/** How much there is to back up, by a walk without reading: what progress and time left are told from, and what can't fit a location. */
export async function measureSources(sources: readonly Source[], signal: AbortSignal): Promise<SourceSize> {
  const largest = new LargestEntries();
  let files = 0;
  let bytes = 0;
  let tarBytes = 0;
  let seen = 0;
  for (const entry of archiveEntries(sources)) {
    const { stats, content, length } = entry;
    if (!stats.isDirectory()) files += 1;
    bytes += content;
    tarBytes += length;
    largest.add(entry);
    seen += 1;
    if (seen % entriesPerTurn === 0) {
      await new Promise(setImmediate);
      signal.throwIfAborted();
    }
  }
  return { files, bytes, tarBytes, largest: largest.finish() };
}
