import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { batchesIn, batchMemory, type FileBatch } from './file-batch.js';

/** The module that runs in the thread. It lies beside the bundle that this module is a part of. */
const threadModule = new URL('../../../prefetch-worker.js', import.meta.url);

/** What it allocates are the results of calls, which live for a moment. MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 1 };

/** The files of one of the thread's batches. */
export interface PrefetchRequest {
  readonly batch: number;
  readonly paths: readonly string[];
}

/** A thread that reads small files. One that is lost is no fault: what it has not read, whoever wants it reads. */
export class PrefetchThread implements Disposable {
  readonly #worker: Worker;
  readonly #batches: readonly FileBatch[];
  /** Those that nobody takes files from. */
  readonly #free: Set<FileBatch>;

  /** `undefined` where it would be of no use, or there can be none: one core, no module for it, no permission, no memory. */
  static start(module = threadModule): PrefetchThread | undefined {
    if (availableParallelism() < 2 || !existsSync(module)) return undefined;
    try {
      return new PrefetchThread(module);
    } catch {
      return undefined;
    }
  }

  private constructor(module: URL) {
    const memory = batchMemory();
    this.#batches = batchesIn(memory);
    this.#free = new Set(this.#batches);
    this.#worker = new Worker(module, { workerData: memory, env: SHARE_ENV, execArgv: [], resourceLimits });
    this.#worker.on('error', () => {});
    this.#worker.unref();
  }

  /** A batch for files; `undefined` if all of them are in use. */
  free(): FileBatch | undefined {
    for (const batch of this.#free) if (!batch.busy) return batch;
    return undefined;
  }

  /** Has the files read. The batch is in use until it is released. */
  read(batch: FileBatch, paths: readonly string[]): void {
    this.#free.delete(batch);
    batch.begin();
    const request: PrefetchRequest = { batch: this.#batches.indexOf(batch), paths };
    this.#worker.postMessage(request);
  }

  release(batch: FileBatch): void {
    this.#free.add(batch);
  }

  [Symbol.dispose](): void {
    void this.#worker.terminate();
  }
}
