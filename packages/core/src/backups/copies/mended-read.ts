import { createHash } from 'node:crypto';
import type { ByteSource } from '../../base/byte-reader.js';
import { locationFailure } from '../../config/location-failure.js';
import { readRange } from '../location-bytes.js';
import type { ByteFault } from '../seal/checked-bytes.js';
import { leafBytes, type Leaves } from '../seal/leaves.js';
import { protectBytes, rawCopy } from '../seal/protected-bytes.js';
import type { Sidecar } from '../sidecar.js';
import type { CopyRead } from './copy-read.js';
import type { CopySource } from './copy-sources.js';

const digestBytes = 32;

/**
 * Reads a sealed backup from its copies: from the first in one go, each part that is not what was sealed from another, and all the rest from the next one
 * where a copy ends too early or its location fails. Gives out nothing that is not what was sealed. Holds one MiB.
 */
export class MendedRead implements CopyRead {
  mended = 0;
  readonly from = new Set<string>();
  readonly #sources: readonly CopySource[];
  readonly #sidecar: Sidecar;
  readonly #leaves: Leaves;

  constructor(sources: readonly CopySource[], sidecar: Sidecar, leaves: Leaves) {
    this.#sources = sources;
    this.#sidecar = sidecar;
    this.#leaves = leaves;
  }

  async leaves(): Promise<readonly Buffer[]> {
    return leafDigests(this.#sidecar);
  }

  /** @throws what is wrong with a copy, where no other makes up for it; `location-failed`, of the first that failed */
  async *bytes(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    let next = 0;
    let failure: unknown;
    for (const source of this.#sources) {
      const parts = this.#leavesFrom(source, next, signal);
      try {
        for (;;) {
          const part = await parts.next().catch((error: unknown) => {
            failure ??= locationFailure(source, error);
            signal.throwIfAborted();
            return { done: true as const };
          });
          if (part.done === true) break;
          const leaf = part.value.isWhole ? part.value.bytes : await this.#fromOther(source, next, signal);
          next += 1;
          yield* leaf;
        }
      } finally {
        await parts.return();
      }
      if (next === this.#leaves.count) return;
      failure ??= await this.#explain(source, { kind: 'cut', at: next * leafBytes }, signal);
    }
    throw failure;
  }

  async *#leavesFrom({ location, key, title }: CopySource, first: number, signal: AbortSignal) {
    const source = await location.get(key, { offset: first * leafBytes, signal });
    for await (const bytes of leafByLeaf(source, first, this.#leaves)) {
      const number = first;
      first += 1;
      const isWhole = this.#holds(number, bytes);
      if (isWhole) this.from.add(title);
      yield { bytes, isWhole };
    }
  }

  async #fromOther(damaged: CopySource, leaf: number, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    for (const source of this.#sources) {
      if (source === damaged) continue;
      try {
        const bytes = await readRange(source.location, source.key, leaf * leafBytes, this.#leaves.lengthOf(leaf), signal);
        if (bytes.length !== this.#leaves.lengthOf(leaf) || !this.#holds(leaf, [bytes])) continue;
        this.mended += 1;
        this.from.add(source.title);
        return [bytes];
      } catch {
        signal.throwIfAborted();
      }
    }
    const from = leaf * leafBytes;
    throw await this.#explain(damaged, { kind: 'changed', from, to: from + this.#leaves.lengthOf(leaf) }, signal);
  }

  #holds(leaf: number, parts: readonly Uint8Array[]): boolean {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return this.#leaves.holds(leaf, hash.digest());
  }

  #explain({ location, key, title }: CopySource, fault: ByteFault, signal: AbortSignal): Promise<Error> {
    const about = { id: this.#sidecar.id, from: title, others: [] };
    return protectBytes(rawCopy(location, key, about), this.#sidecar).explain(signal, fault);
  }
}

/** SHA-256 of each MiB of a sealed backup. */
export function leafDigests({ seal }: Pick<Sidecar, 'seal'>): readonly Buffer[] {
  const packed = Buffer.from(seal?.leaves ?? '', 'base64');
  return Array.from({ length: packed.length / digestBytes }, (_, leaf) => packed.subarray(leaf * digestBytes, (leaf + 1) * digestBytes));
}

/** The bytes of each leaf from the first one on, in the pieces that they came in; ends before a leaf that is not complete. */
async function* leafByLeaf(source: ByteSource, first: number, leaves: Leaves): AsyncGenerator<readonly Uint8Array[], void, undefined> {
  let number = first;
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      // What is behind the end is not the backup's.
      if (number >= leaves.count) return;
      const part = chunk.subarray(at, at + leaves.lengthOf(number) - length);
      at += part.length;
      length += part.length;
      parts.push(part);
      if (length < leaves.lengthOf(number)) continue;
      yield parts;
      number += 1;
      parts = [];
      length = 0;
    }
  }
}
