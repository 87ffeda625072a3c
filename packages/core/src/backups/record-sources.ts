import type { IndexWriter } from '../archive/index/index-writer.js';
import type { InnerArchiveInput, WrittenArchive } from '../archive/write-backup.js';
import type { SourceSize } from './size/measure-sources.js';
import type { OnProgress } from './progress.js';
import type { SidecarArchive } from './sidecar.js';
import { readSource, type SourceObserver, type SourceProblem } from './sources/read-source.js';
import type { Source } from './sources/source.js';
import { TarBlocks } from './sources/tar-blocks.js';

/** The sources as inner archives, and what is learnt while they are read. */
export interface SourceRecord {
  readonly archives: Iterable<InnerArchiveInput>;
  readonly problems: readonly SourceProblem[];
  readonly files: number;
  /** Of the files' contents. */
  readonly bytes: number;
  readonly excluded: number;
  /** The inner archives that are complete. */
  readonly written: readonly WrittenArchive[];
  onArchive(archive: WrittenArchive): void;
  sidecarArchives(): SidecarArchive[];
}

export function recordSources(
  sources: readonly Source[],
  total: SourceSize | undefined,
  index: IndexWriter,
  onProgress: OnProgress | undefined,
  signal: AbortSignal,
): SourceRecord {
  const problems: SourceProblem[] = [];
  const counts = new Map(sources.map((source) => [source.layout.memberName, { source: source.name, files: 0, bytes: 0 }]));
  const written: WrittenArchive[] = [];
  let excluded = 0;
  const sum = (of: 'files' | 'bytes') => [...counts.values()].reduce((all, count) => all + count[of], 0);
  const report = (current: string | undefined) =>
    onProgress?.({ phase: 'creating', bytes: sum('bytes'), totalBytes: total?.bytes, files: sum('files'), current });

  function* archives(): Generator<InnerArchiveInput, void, undefined> {
    for (const source of sources) {
      const count = counts.get(source.layout.memberName) ?? { files: 0, bytes: 0 };
      index.beginArchive();
      const blocks = new TarBlocks();
      const observer: SourceObserver = {
        onEntry: (entry) => index.add(entry),
        onFile(path) {
          signal.throwIfAborted();
          count.files += 1;
          report(path);
        },
        onBytes(bytes) {
          count.bytes += bytes;
          report(undefined);
        },
        onProblem: (problem) => problems.push(problem),
        onExcluded: () => {
          excluded += 1;
        },
      };
      yield { memberName: source.layout.memberName, tar: readSource(source, observer, blocks), release: (block) => blocks.release(block) };
    }
  }

  return {
    archives: archives(),
    problems,
    get files() {
      return sum('files');
    },
    get bytes() {
      return sum('bytes');
    },
    get excluded() {
      return excluded;
    },
    written,
    onArchive(archive) {
      written.push(archive);
      index.endArchive(archive);
    },
    sidecarArchives: () =>
      written.map(({ member, offset, size }) => {
        const { source, files, bytes } = counts.get(member) ?? { source: member, files: 0, bytes: 0 };
        return { source, member, offset, size, files, bytes };
      }),
  };
}
