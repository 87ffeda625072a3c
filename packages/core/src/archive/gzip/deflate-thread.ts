import { SHARE_ENV, Worker } from 'node:worker_threads';
import { type CodecSlot, type CompiledCodec, createMemory, slotContent } from '../../../deflate/codec.js';

/** It holds no objects to speak of. MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16 };

interface Answer {
  readonly slot: number;
  /** Bytes; 0 if it is no smaller. */
  readonly size: number;
}

/** A block that a thread has packed, where it did so. */
export interface DeflatedBlock {
  readonly bytes: Buffer;
  /** To be called when the bytes were read: the thread uses their place for the next block. */
  release(): void;
}

/** One thread, with a memory that both sides see. */
export class DeflateThread {
  readonly #worker: Worker;
  readonly #bytes: Buffer;
  readonly #free: number[] = [];
  readonly #waiting = new Map<number, (size: number | undefined) => void>();
  #places: readonly CodecSlot[] = [];
  #alive = true;

  constructor(module: CompiledCodec, slots: number) {
    const memory = createMemory();
    this.#bytes = Buffer.from(memory.buffer);
    this.#worker = new Worker(new URL('../../../deflate/worker.js', import.meta.url), {
      workerData: { module, memory, slots },
      env: SHARE_ENV,
      execArgv: [],
      resourceLimits,
    });
    this.#worker.unref();
    this.#worker.once('message', ({ places }: { readonly places: readonly CodecSlot[] }) => {
      this.#places = places;
      this.#free.push(...places.keys());
      this.#worker.on('message', ({ slot, size }: Answer) => this.#answered(slot, size));
    });
    // The blocks are none the worse for it: they are packed in another way.
    this.#worker.on('error', () => this.#lost());
    this.#worker.on('exit', () => this.#lost());
  }

  get busy(): boolean {
    return this.#waiting.size > 0;
  }

  /** How many blocks it takes at once. */
  get room(): number {
    return this.#alive ? this.#free.length : 0;
  }

  /** `undefined` if it takes none, or not this one; fulfilled with `undefined` if the thread is lost over it. */
  pack(block: Uint8Array, level: number): Promise<DeflatedBlock | 'stored' | undefined> | undefined {
    const slot = this.room > 0 && block.length <= slotContent ? this.#free.pop() : undefined;
    const place = slot === undefined ? undefined : this.#places[slot];
    if (slot === undefined || place === undefined) return undefined;
    this.#bytes.set(block, place.content);
    return new Promise((resolve) => {
      this.#waiting.set(slot, (size) => {
        if (size === undefined) return resolve(undefined);
        const release = () => void this.#free.push(slot);
        if (size > 0) return resolve({ bytes: this.#bytes.subarray(place.packed, place.packed + size), release });
        release();
        return resolve('stored');
      });
      // Nothing else may keep the process from ending before the answer is there.
      this.#worker.ref();
      this.#worker.postMessage({ slot, size: block.length, level });
    });
  }

  end(): void {
    this.#alive = false;
    void this.#worker.terminate();
  }

  #answered(slot: number, size: number | undefined): void {
    const waiting = this.#waiting.get(slot);
    this.#waiting.delete(slot);
    if (this.#waiting.size === 0) this.#worker.unref();
    waiting?.(size);
  }

  #lost(): void {
    this.#alive = false;
    for (const slot of this.#waiting.keys()) this.#answered(slot, undefined);
  }
}
