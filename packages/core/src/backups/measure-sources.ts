import type { Source } from './sources/source.js';
import { walkSource } from './sources/walk-source.js';

export interface SourceSize {
  readonly files: number;
  readonly bytes: number;
}

const entriesPerTurn = 2_000;

/** How much there is to back up, by a walk without reading: what progress and time left are told from. */
export async function measureSources(sources: readonly Source[], signal: AbortSignal): Promise<SourceSize> {
  let files = 0;
  let bytes = 0;
  let seen = 0;
  for (const source of sources) {
    for (const { stats } of walkSource(source, { onProblem: () => {}, onExcluded: () => {} })) {
      if (!stats.isDirectory()) files += 1;
      if (stats.isFile()) bytes += stats.size;
      seen += 1;
      if (seen % entriesPerTurn === 0) {
        await new Promise(setImmediate);
        signal.throwIfAborted();
      }
    }
  }
  return { files, bytes };
}
