import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type CompiledCodec, compileCodec } from '../../../deflate/codec.js';
import { type DeflatedBlock, DeflateThread } from './deflate-thread.js';
import { blocksInFlight } from './restart-blocks.js';

/** From this level on packing takes longer than all else together. */
const slowLevel = 4;

/** What reads, encrypts and digests keeps a core busy itself, unless it waits for the threads. */
function threadsFor(level: number): number {
  return Math.min(Math.max(availableParallelism() - (level < slowLevel ? 1 : 0), 1), 8);
}

/** So many blocks at once that none of those that are packed at a time has to go elsewhere. */
const slots = Math.max(Math.ceil(blocksInFlight / threadsFor(1)), 2);

/** Milliseconds without work until the threads are ended: they take memory that a service has better uses for. */
const idleLimit = 5_000;

/**
 * Threads that deflate blocks with libdeflate, half again as fast as Node's zlib and a little smaller. They come and go by themselves; what they don't take is for zlib.
 */
class DeflateThreads {
  readonly #threads: DeflateThread[] = [];
  #module: CompiledCodec | undefined;
  #idle: NodeJS.Timeout | undefined;
  #unusable = false;

  /**
   * Has those started that the level is worth, if they aren't there. They are of use a few hundredths of a second later. Those that were lost are not replaced at once:
   * they might be again.
   */
  start(level: number): void {
    if (this.#unusable || this.#threads.length >= threadsFor(level)) return;
    try {
      this.#module ??= compileCodec(readFileSync(new URL('../../../deflate/blocks.wasm', import.meta.url)));
      while (this.#threads.length < threadsFor(level)) this.#threads.push(new DeflateThread(this.#module, slots));
      this.#endWhenIdle();
    } catch {
      // A machine or a runtime that can't: no vector instructions, or no threads permitted.
      this.#unusable = true;
    }
  }

  /** The block deflated, `stored` if that is no smaller; `undefined` if no thread takes it. */
  async pack(block: Uint8Array, level: number): Promise<DeflatedBlock | 'stored' | undefined> {
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
      for (const thread of this.#threads.splice(0)) thread.end();
      return undefined;
    }, idleLimit).unref();
  }
}

export const deflateThreads = new DeflateThreads();
