import { createHash } from 'node:crypto';
import type { ReadRange } from '../../archive/scan-backup.js';
import { readFully } from './checked-range.js';
import { leafBytes, type Leaves } from './leaves.js';

/** Bytes of a backup file; `to` is behind the last. */
export interface ByteSpan {
  readonly from: number;
  readonly to: number;
}

/** All leaves of a file that are not what was sealed, those side by side as one. Reads the file through. */
export async function changedSpans(read: ReadRange, size: number, leaves: Leaves): Promise<ByteSpan[]> {
  const spans: ByteSpan[] = [];
  for (let leaf = 0; leaf < leaves.count; leaf += 1) {
    const from = leaf * leafBytes;
    const bytes = await readFully(read, from, Math.max(0, Math.min(leaves.lengthOf(leaf), size - from)));
    if (leaves.holds(leaf, createHash('sha256').update(bytes).digest())) continue;
    const to = from + leaves.lengthOf(leaf);
    const before = spans.at(-1);
    if (before?.to === from) spans[spans.length - 1] = { from: before.from, to };
    else spans.push({ from, to });
  }
  return spans;
}

const listedSpans = 20;

/** `0..1048575, 3145728..4194303`, the last byte included; at most twenty. */
export function describeSpans(spans: readonly ByteSpan[]): string {
  const listed = spans.slice(0, listedSpans).map(({ from, to }) => `${from}..${to - 1}`);
  const more = spans.length - listed.length;
  return `${listed.join(', ')}${more > 0 ? ` and ${more} more ranges` : ''}`;
}
