import { toFsPath } from '../../../base/file-name.js';
import type { ListedEntry } from '../walk-source.js';
import { batchLength, type FileBatch } from './file-batch.js';
import type { PrefetchedFile } from './prefetched-file.js';
import { PrefetchThread } from './prefetch-thread.js';

/** Files that are smaller than this on average take longer to open than to pack. Bytes. */
const smallAverage = 1024;
/** Files after which it is looked at. */
const sampleLength = 1024;
/** Entries that are listed for one batch at most. */
const runLength = 4 * batchLength;

export interface PrefetchOptions {
  /** Files after which it is looked at whether they are small. */
  readonly sample?: number;
  /** The module of the thread. */
  readonly module?: URL;
}

/** Entries that were listed ahead. */
interface Run {
  readonly entries: ListedEntry[];
  /** The place of each in the batch, if the thread reads it. */
  readonly places: (number | undefined)[];
  readonly batch: FileBatch;
}

/** An entry, and what of it was read already. */
export interface PrefetchedEntry {
  readonly entry: ListedEntry;
  readonly file: PrefetchedFile | undefined;
}

/**
 * Entries on their way from the walk to the reader. Where files are many and small, most of the time goes into opening and closing them: then they
 * are listed ahead, and a thread reads them before their turn comes.
 */
export class PrefetchedEntries {
  readonly #listed: Iterator<ListedEntry>;
  readonly #sample: number;
  readonly #ahead: Run[] = [];
  #thread: PrefetchThread | undefined;
  #tried = false;
  #files = 0;
  #bytes = 0;

  constructor(
    listed: Iterable<ListedEntry>,
    private readonly options: PrefetchOptions = {},
  ) {
    this.#listed = listed[Symbol.iterator]();
    this.#sample = options.sample ?? sampleLength;
  }

  /** To be called with the size of each file that is read. */
  count(size: number): void {
    this.#files += 1;
    this.#bytes += size;
    if (this.#tried || this.#files < this.#sample) return;
    if (this.#bytes < smallAverage * this.#files) {
      this.#tried = true;
      this.#thread = PrefetchThread.start(this.options.module);
    }
    this.#files = 0;
    this.#bytes = 0;
  }

  *[Symbol.iterator](): Generator<PrefetchedEntry, void, undefined> {
    try {
      for (;;) {
        if (this.#thread !== undefined) this.#lookAhead(this.#thread);
        const run = this.#ahead.shift();
        if (run !== undefined) {
          for (const [index, entry] of run.entries.entries()) yield { entry, file: taken(run, index) };
          this.#thread?.release(run.batch);
        } else {
          const next = this.#listed.next();
          if (next.done === true) return;
          yield { entry: next.value, file: undefined };
        }
      }
    } finally {
      this.#thread?.[Symbol.dispose]();
    }
  }

  /** Lists as many entries as the thread has batches for. */
  #lookAhead(thread: PrefetchThread): void {
    for (let batch = thread.free(); batch !== undefined; batch = thread.free()) {
      const run: Run = { entries: [], places: [], batch };
      const paths: string[] = [];
      while (paths.length < batchLength && run.entries.length < runLength) {
        const next = this.#listed.next();
        if (next.done === true) break;
        const path = smallFilePath(next.value);
        run.entries.push(next.value);
        run.places.push(path === undefined ? undefined : paths.length);
        if (path !== undefined) paths.push(path);
      }
      if (run.entries.length === 0) return;
      thread.read(batch, paths);
      this.#ahead.push(run);
    }
  }
}

function taken({ batch, places }: Run, index: number): PrefetchedFile | undefined {
  const place = places[index];
  return place === undefined ? undefined : batch.take(place);
}

/** Of an entry that the thread may read: a file that is no database, with a name that is text. */
function smallFilePath(entry: ListedEntry): string | undefined {
  if (entry.kind !== 'file' || entry.maybeDatabase === true) return undefined;
  const path = toFsPath(entry.absolutePath);
  return typeof path === 'string' ? path : undefined;
}
