import type { BodyPiece } from '@holdfast/core/provider-api';
import { seededBytes, seededInteger } from './seeded-bytes.js';

/** A body in pieces, and the bytes that it has to become. */
export interface PiecedBody {
  readonly pieces: readonly BodyPiece[];
  readonly content: Buffer;
}

/** How many bytes the largest hole has. */
export const largestHole = 65_536;

/** A stretch of a body: known when its turn comes, or a hole that is filled after so many further stretches. */
export interface Stretch {
  readonly size: number;
  readonly filledAfter?: number;
}

/** Makes pieces out of stretches. A hole that comes while another is open, or is too large, is plain data. */
export function piecesOf(stretches: readonly Stretch[], seed: string): PiecedBody {
  const content = seededBytes(
    stretches.reduce((sum, { size }) => sum + size, 0),
    seed,
  );
  const pieces: BodyPiece[] = [];
  let open: { readonly offset: number; readonly bytes: Uint8Array; readonly due: number } | undefined;
  let position = 0;
  const fill = () => {
    if (open !== undefined) pieces.push({ type: 'fill', offset: open.offset, bytes: open.bytes });
    open = undefined;
  };
  for (const [index, { size, filledAfter }] of stretches.entries()) {
    if (open !== undefined && index >= open.due) fill();
    const bytes = content.subarray(position, position + size);
    if (filledAfter !== undefined && size <= largestHole && open === undefined) {
      pieces.push({ type: 'hole', length: size });
      open = { offset: position, bytes, due: index + 1 + filledAfter };
    } else {
      pieces.push({ type: 'data', bytes });
    }
    position += size;
  }
  fill();
  return { pieces, content };
}

const sizes = [1, 511, 512, 4_096, largestHole, 262_143, 262_144, 300_000];

/** Stretches as they may come. */
export function seededStretches(random: () => number): Stretch[] {
  return Array.from({ length: seededInteger(random, 0, 12) }, () => {
    const size = random() < 0.6 ? (sizes[seededInteger(random, 0, sizes.length - 1)] ?? 1) : seededInteger(random, 1, 2_000);
    return random() < 0.5 ? { size } : { size, filledAfter: seededInteger(random, 0, 3) };
  });
}
