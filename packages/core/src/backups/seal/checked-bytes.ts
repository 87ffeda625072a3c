import { createHash, type Hash } from 'node:crypto';
import type { ByteSource } from '../../base/byte-reader.js';
import { leafBytes, type Leaves } from './leaves.js';

/** How bytes are not those that were sealed. Offsets are in the backup file; `to` is behind the last. */
export type ByteFault =
  | { readonly kind: 'changed'; readonly from: number; readonly to: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'longer' };

/** Makes the error for a fault, which may look at the file again to find the cause. */
export type ExplainFault = (fault: ByteFault) => Error | Promise<Error>;

/**
 * Passes bytes on, each leaf only when all of it was found to be what was sealed: nothing that was changed is ever decrypted. Holds one
 * leaf. `offset`: where the source begins, the start of a leaf; it goes to the end of the file.
 */
export async function* checkedBytes(
  source: ByteSource,
  leaves: Leaves,
  explain: ExplainFault,
  offset = 0,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (offset % leafBytes !== 0) throw new RangeError('a checked read starts where a leaf does');
  let leaf = new OpenLeaf(offset / leafBytes, leaves);
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      if (leaf.number >= leaves.count || leaf.missing === 0) throw await explain({ kind: 'longer' });
      const part = chunk.subarray(at, at + leaf.missing);
      at += part.length;
      leaf.add(part);
      if (leaf.missing > 0) continue;
      if (!leaf.isWhole()) throw await explain({ kind: 'changed', ...leaf.place });
      yield* leaf.parts;
      leaf = new OpenLeaf(leaf.number + 1, leaves);
    }
  }
  const end = leaf.place.from + leaf.length;
  if (end < leaves.size) throw await explain({ kind: 'cut', at: end });
}

/** The bytes of one leaf as they come in. They are kept as they came: copying a backup once more would cost time. */
class OpenLeaf {
  readonly parts: Uint8Array[] = [];
  readonly #hash: Hash = createHash('sha256');
  readonly #expected: number;
  length = 0;

  constructor(
    readonly number: number,
    private readonly leaves: Leaves,
  ) {
    this.#expected = number < leaves.count ? leaves.lengthOf(number) : 0;
  }

  get missing(): number {
    return this.#expected - this.length;
  }

  get place(): { from: number; to: number } {
    const from = this.number * leafBytes;
    return { from, to: from + this.#expected };
  }

  add(part: Uint8Array): void {
    this.#hash.update(part);
    this.parts.push(part);
    this.length += part.length;
  }

  isWhole(): boolean {
    return this.leaves.holds(this.number, this.#hash.digest());
  }
}
