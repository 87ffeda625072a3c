import { createHash } from 'node:crypto';
import type { ReadRange } from '../../archive/scan-backup.js';
import type { ExplainFault } from './checked-bytes.js';
import { leafBytes, type Leaves } from './leaves.js';

const keptLeaves = 4;

/**
 * Reads ranges of a backup file, each fetched in whole leaves by one read and found to be what was sealed before any of it is given out. The last few
 * leaves are kept, so that neighbouring reads fetch nothing twice. Fewer bytes come only at the end of the file.
 */
export function checkedRange(read: ReadRange, leaves: Leaves, explain: ExplainFault): (offset: number, length: number) => Promise<Buffer> {
  const kept = new Map<number, Buffer>();

  async function fetch(first: number, last: number): Promise<Map<number, Buffer>> {
    const from = first * leafBytes;
    const to = Math.min((last + 1) * leafBytes, leaves.size);
    const bytes = await readFully(read, from, to - from);
    const fetched = new Map<number, Buffer>();
    for (let leaf = first; leaf <= last; leaf += 1) {
      const start = leaf * leafBytes;
      const part = bytes.subarray(start - from, start - from + leaves.lengthOf(leaf));
      if (part.length < leaves.lengthOf(leaf)) throw await explain({ kind: 'cut', at: start + part.length });
      const place = { from: start, to: start + part.length };
      if (!leaves.holds(leaf, createHash('sha256').update(part).digest())) throw await explain({ kind: 'changed', ...place });
      fetched.set(leaf, part);
    }
    return fetched;
  }

  return async (offset, length) => {
    const end = Math.min(offset + length, leaves.size);
    if (offset >= end) return Buffer.alloc(0);
    const wanted = numbers(Math.floor(offset / leafBytes), Math.floor((end - 1) / leafBytes));
    const found = new Map(wanted.flatMap((leaf) => (kept.has(leaf) ? [[leaf, kept.get(leaf) ?? Buffer.alloc(0)] as const] : [])));
    const missing = wanted.filter((leaf) => !found.has(leaf));
    const [first, last] = [missing.at(0), missing.at(-1)];
    if (first !== undefined && last !== undefined) for (const [leaf, part] of await fetch(first, last)) found.set(leaf, part);
    for (const leaf of wanted.slice(-keptLeaves)) keep(leaf, found.get(leaf));
    const parts = wanted.map((leaf) => {
      const start = leaf * leafBytes;
      return (found.get(leaf) ?? Buffer.alloc(0)).subarray(Math.max(0, offset - start), end - start);
    });
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  };

  function keep(leaf: number, part: Buffer | undefined): void {
    kept.delete(leaf);
    // A slice would keep all that was fetched with it.
    if (part !== undefined) kept.set(leaf, part.buffer.byteLength > 2 * leafBytes ? Buffer.from(part) : part);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptLeaves) break;
      kept.delete(oldest);
    }
  }
}

/** As many bytes as there are, up to `length`: one read may give fewer. */
export async function readFully(read: ReadRange, offset: number, length: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let got = 0;
  while (got < length) {
    const part = await read(offset + got, length - got);
    if (part.length === 0) break;
    parts.push(part);
    got += part.length;
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? Buffer.from(only.buffer, only.byteOffset, only.length) : Buffer.concat(parts, got);
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
