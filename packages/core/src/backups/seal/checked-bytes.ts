import { createHash, webcrypto } from 'node:crypto';
import type { ByteSource } from '../../base/byte-reader.js';
import { readAhead } from '../../base/read-ahead.js';
import { leafBytes, type Leaves } from './leaves.js';

/** How bytes are not those that were sealed. Offsets are in the backup file; `to` is behind the last. */
export type ByteFault =
  | { readonly kind: 'changed'; readonly from: number; readonly to: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'longer' };

/** Makes the error for a fault, which may look at the file again to find the cause. */
export type ExplainFault = (fault: ByteFault) => Error | Promise<Error>;

/** Leaves whose digests are made while the next is read. */
const ahead = 2;

/**
 * Passes bytes on, each leaf only when all of it was found to be what was sealed: nothing that was changed is ever decrypted. Holds three
 * leaves. `offset`: where the source begins, the start of a leaf; it goes to the end of the file.
 */
export async function* checkedBytes(
  source: ByteSource,
  leaves: Leaves,
  explain: ExplainFault,
  offset = 0,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (offset % leafBytes !== 0) throw new RangeError('a checked read starts where a leaf does');
  const digesting: DigestedLeaf[] = [];
  const oldest = async (): Promise<readonly Uint8Array[]> => {
    const leaf = digesting.shift();
    if (leaf === undefined) return [];
    if (!leaves.holds(leaf.number, await leaf.digest)) throw await explain({ kind: 'changed', ...leaf.place });
    return leaf.parts;
  };
  let failed: { readonly error: unknown } | undefined;
  const chunks = untilFailure(readAhead(source), (error) => {
    failed = { error };
  });
  let leaf = new OpenLeaf(offset / leafBytes, leaves);
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      if (leaf.number >= leaves.count || leaf.missing === 0) {
        while (digesting.length > 0) yield* await oldest();
        throw await explain({ kind: 'longer' });
      }
      const part = chunk.subarray(at, at + leaf.missing);
      at += part.length;
      leaf.add(part);
      if (leaf.missing > 0) continue;
      digesting.push(leaf.close());
      leaf = new OpenLeaf(leaf.number + 1, leaves);
      if (digesting.length > ahead) yield* await oldest();
    }
  }
  while (digesting.length > 0) yield* await oldest();
  if (failed !== undefined) throw failed.error;
  const end = leaf.place.from + leaf.length;
  if (end < leaves.size) throw await explain({ kind: 'cut', at: end });
}

/** What a source gives before it fails: that is sound, and is to be had. */
async function* untilFailure(source: ByteSource, onFailure: (error: unknown) => void): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* source;
  } catch (error) {
    onFailure(error);
  }
}

/** A leaf that is complete. */
interface DigestedLeaf {
  readonly number: number;
  readonly place: { readonly from: number; readonly to: number };
  readonly parts: readonly Uint8Array[];
  readonly digest: Promise<Uint8Array>;
}

/** The bytes of one leaf as they come in. They are kept as they came: copying a backup once more would cost time. */
class OpenLeaf {
  readonly parts: Uint8Array[] = [];
  readonly #expected: number;
  length = 0;

  constructor(
    readonly number: number,
    leaves: Leaves,
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
    this.parts.push(part);
    this.length += part.length;
  }

  close(): DigestedLeaf {
    const digest = digestOf(this.parts);
    // Nobody waits for it if an earlier leaf was changed, or nobody wants any more.
    digest.catch(() => {});
    return { number: this.number, place: this.place, parts: this.parts, digest };
  }
}

/** SHA-256, on the thread pool where the bytes lie in one piece: putting them together would take as long. */
async function digestOf(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return new Uint8Array(await webcrypto.subtle.digest('SHA-256', only));
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
