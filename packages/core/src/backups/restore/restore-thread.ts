import { existsSync } from 'node:fs';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { InnerArchive } from '../../archive/open-inner-archive.js';
import { ringBytes, RingWriter } from '../../base/byte-ring.js';
import { fromThreadError } from '../../base/thread-error.js';
import { backupError } from '../errors.js';
import type { MissingContents, SourceTarget } from './restore-entries.js';
import type { RestoreMessage, RestoreOutcome, RestoreRequest, RestoreStart } from './restore-messages.js';
import type { Tally } from './tally.js';
import type { WriteBehindOptions } from './write-behind/write-behind.js';
import { WriteBehindThread } from './write-behind/write-behind-thread.js';

/** The module that runs in the thread. It lies beside the bundle that this module is a part of. */
const threadModule = new URL('../../restore-worker.js', import.meta.url);

/** What goes through it lives for a moment: with more room it would only be collected later. MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

export interface RestoreThreadOptions {
  /** What runs there. Default: the module beside this bundle. */
  readonly module?: URL;
  readonly behind?: WriteBehindOptions & { readonly module?: URL };
}

/** Fulfilled when it is ready; with `undefined` where there can be none: no module for it, no permission, no memory. */
export async function openRestoreThread({ module = threadModule, behind }: RestoreThreadOptions = {}): Promise<RestoreThread | undefined> {
  if (!existsSync(module)) return undefined;
  try {
    const thread = new RestoreThread(module, behind);
    await thread.heard();
    return thread.ended ? undefined : thread;
  } catch {
    return undefined;
  }
}

/** A thread that reads inner tars and writes what is in them, one source after the other: so the caller's does not wait for a disk. */
export class RestoreThread implements AsyncDisposable {
  readonly #memory = new SharedArrayBuffer(ringBytes);
  readonly #worker: Worker;
  #outcome: RestoreOutcome | undefined;
  #lost: unknown;
  #wake: (() => void) | undefined;
  #behind: WriteBehindThread | undefined;

  constructor(module: URL, behind: RestoreThreadOptions['behind']) {
    const workerData: RestoreStart = { memory: this.#memory, sample: behind?.sample };
    this.#worker = new Worker(module, { workerData, env: SHARE_ENV, execArgv: [], resourceLimits });
    this.#worker.on('message', (message: RestoreMessage) => {
      if (message.kind === 'done') this.#outcome = message.outcome;
      if (message.kind === 'small-files') this.#behind = WriteBehindThread.start(message.memory, behind?.module);
      this.#wake?.();
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('The thread that restores has ended.')));
  }

  /** Whether it takes no more of the source at hand. */
  get ended(): boolean {
    return this.#outcome !== undefined || this.lost;
  }

  /** Whether it can restore nothing any more. */
  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /** Fulfilled when it has said something. */
  heard(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Restores all of a source, and counts it in `tally`. What is wrong with an earlier byte comes before what is wrong with a later one. Error: `restore-broke-off`. */
  async restore(
    archive: InnerArchive,
    member: string,
    target: SourceTarget,
    tally: Tally,
    onEntries: (count: number) => void,
  ): Promise<MissingContents> {
    this.#outcome = undefined;
    const ring = new RingWriter(this.#memory, this);
    const request: RestoreRequest = { member, target };
    this.#worker.postMessage(request);
    let broken: { readonly cause: unknown } | undefined;
    try {
      for await (const chunk of archive.tar.rest()) {
        if (!(await ring.put(chunk))) break;
        onEntries(ring.counted());
      }
      await ring.end(archive.mayLackEnd() ? 'cut-end' : 'end');
    } catch (cause) {
      broken = { cause };
      await ring.end('broken');
    }
    const { restored, missing, failure } = await this.#finished(target.source);
    onEntries(ring.counted());
    tally.add(restored);
    if (failure !== undefined) throw fromThreadError(failure);
    if (broken !== undefined) throw broken.cause;
    return missing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#worker.terminate(), this.#behind?.[Symbol.asyncDispose]()]);
  }

  async #finished(source: string): Promise<RestoreOutcome> {
    while (!this.ended) await this.heard();
    if (this.#outcome !== undefined) return this.#outcome;
    const reason = this.#lost instanceof Error ? this.#lost.message : String(this.#lost);
    throw backupError('restore-broke-off', { source, reason }, this.#lost);
  }

  #end(error: unknown): void {
    this.#lost ??= error;
    this.#wake?.();
  }
}
