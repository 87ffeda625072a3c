import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { WriteBehindMemory } from './write-behind-memory.js';

/** The module that runs in the thread. It lies beside the bundle that this module is a part of. */
const threadModule = new URL('../../../write-behind-worker.js', import.meta.url);

/** What it allocates are the results of calls, which live for a moment. MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 1 };

/** A thread that writes small files together with the one that restores, which does without where this is lost. */
export class WriteBehindThread implements AsyncDisposable {
  readonly #worker: Worker;

  /** `undefined` where it would be of no use, or there can be none: one core, no module for it, no permission, no memory. */
  static start(memory: SharedArrayBuffer, module = threadModule): WriteBehindThread | undefined {
    const shared = new WriteBehindMemory(memory);
    try {
      if (availableParallelism() > 1 && existsSync(module)) return new WriteBehindThread(shared, module);
    } catch {
      // As where there is no module.
    }
    shared.lose();
    return undefined;
  }

  private constructor(shared: WriteBehindMemory, module: URL) {
    this.#worker = new Worker(module, { workerData: shared.memory, env: SHARE_ENV, execArgv: [], resourceLimits });
    this.#worker.on('error', () => shared.lose());
    this.#worker.on('exit', () => shared.lose());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
