import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { compileCodec } from '../../../deflate/codec.js';
import { DeflateThread } from './deflate-thread.js';
import { blocksInFlight } from './restart-blocks.js';

/** What reads, encrypts and digests keeps a core busy itself. */
const threadCount = Math.min(Math.max(availableParallelism() - 1, 1), 8);

/** So many blocks at once that none of those that are packed at a time has to go elsewhere. */
const slots = Math.max(Math.ceil(blocksInFlight / threadCount), 2);

/** Milliseconds without work until the threads are ended: they take memory that a service has better uses for. */
const idleLimit = 5_000;

/**
 * Threads that deflate blocks with libdeflate, half again as fast as Node's zlib and a little smaller. They come and go by themselves; what they don't take is for zlib.
 */
class DeflateThreads {
  #threads: readonly DeflateThread[] = [];
  #idle: NodeJS.Timeout | undefined;
  #unusable = false;

  /** Has them started, if they aren't there. They are of use a few hundredths of a second later. Those that were lost are not replaced at once: they might be again. */
  start(): void {
    if (this.#unusable || this.#threads.length > 0) return;
    try {
      const module = compileCodec(readFileSync(new URL('../../../deflate/blocks.wasm', import.meta.url)));
      this.#threads = Array.from({ length: threadCount }, () => new DeflateThread(module, slots));
      this.#endWhenIdle();
    } catch {
      // A machine or a runtime that can't: no vector instructions, or no threads permitted.
      this.#unusable = true;
    }
  }

  /** The block deflated, `stored` if that is no smaller; `undefined` if no thread takes it. */
  async pack(block: Uint8Array, level: number): Promise<Buffer | 'stored' | undefined> {
    const freest = this.#threads.reduce<DeflateThread | undefined>((best, one) => (one.room > (best?.room ?? 0) ? one : best), undefined);
    const packed = await freest?.pack(block, level);
    this.#endWhenIdle();
    return packed;
  }

  #endWhenIdle(): void {
    if (this.#threads.length === 0) return;
    if (this.#idle !== undefined) {
      this.#idle.refresh();
      return;
    }
    this.#idle = setTimeout(() => {
      this.#idle = undefined;
      if (this.#threads.some((thread) => thread.busy)) return this.#endWhenIdle();
      for (const thread of this.#threads) thread.end();
      this.#threads = [];
      return undefined;
    }, idleLimit).unref();
  }
}

export const deflateThreads = new DeflateThreads();
