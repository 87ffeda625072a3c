import { webcrypto } from 'node:crypto';
import type { ByteSource } from '../../base/byte-reader.js';
import { readAhead } from '../../base/read-ahead.js';
import { Rooms } from '../../base/rooms.js';
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
 * Passes bytes on, each leaf only when all of it was found to be what was sealed: nothing that was changed is ever decrypted. Holds a few
 * leaves, in memory that whoever gave the bytes does not have. `reuse`: that of a chunk is used again, see {@link ByteSource}; else each has its own.
 */
export async function* checkedBytes(
  source: ByteSource,
  leaves: Leaves,
  explain: ExplainFault,
  reuse = false,
): AsyncGenerator<Uint8Array, void, undefined> {
  const digesting: DigestedLeaf[] = [];
  const rooms = new Rooms(leafBytes);
  const open = (number: number) => new OpenLeaf(number, leaves, rooms.take());
  async function* oldest() {
    const leaf = digesting.shift();
    if (leaf === undefined) return;
    if (!leaves.holds(leaf.number, new Uint8Array(await leaf.digest))) throw await explain({ kind: 'changed', ...leaf.place });
    if (reuse) rooms.passOn(leaf.room);
    yield leaf.bytes;
  }
  let failed: { readonly error: unknown } | undefined;
  const chunks = untilFailure(readAhead(source), (error) => {
    failed = { error };
  });
  let leaf = open(0);
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      if (leaf.number >= leaves.count || leaf.missing === 0) {
        while (digesting.length > 0) yield* oldest();
        throw await explain({ kind: 'longer' });
      }
      const part = chunk.subarray(at, at + leaf.missing);
      at += part.length;
      leaf.add(part);
      if (leaf.missing > 0) continue;
      digesting.push(leaf.close());
      leaf = open(leaf.number + 1);
      if (digesting.length > ahead) yield* oldest();
    }
  }
  while (digesting.length > 0) yield* oldest();
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
  readonly room: Buffer;
  readonly bytes: Uint8Array;
  readonly digest: Promise<ArrayBuffer>;
}

/** The bytes of one leaf as they come in. */
class OpenLeaf {
  readonly #expected: number;
  length = 0;

  constructor(
    readonly number: number,
    leaves: Leaves,
    private readonly room: Buffer,
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
    this.room.set(part, this.length);
    this.length += part.length;
  }

  close(): DigestedLeaf {
    const { number, place, room } = this;
    const bytes = room.subarray(0, this.length);
    const digest = webcrypto.subtle.digest('SHA-256', bytes);
    // Nobody waits for it if an earlier leaf was changed, or nobody wants any more.
    digest.catch(() => {});
    return { number, place, room, bytes, digest };
  }
}
