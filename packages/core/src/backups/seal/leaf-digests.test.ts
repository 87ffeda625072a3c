import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BodyPiece } from '../../provider-api/index.js';
import { LeafDigests } from './leaf-digests.js';

const mebibyte = 1024 * 1024;

/** Pieces with holes, and the bytes that they make. */
const bodies = fc
  .array(fc.record({ before: fc.nat(1_400_000), hole: fc.integer({ min: 1, max: 2_000 }), behind: fc.nat(1_400_000) }), { maxLength: 3 })
  .map((archives) => {
    const pieces: BodyPiece[] = [];
    const bytes: Buffer[] = [];
    let offset = 0;
    const fillByte = () => (offset % 251) + 1;
    for (const { before, hole, behind } of archives) {
      const [first, late, rest] = [Buffer.alloc(before, fillByte()), Buffer.alloc(hole, 7), Buffer.alloc(behind, fillByte() + 1)];
      pieces.push({ type: 'data', bytes: first }, { type: 'hole', length: hole }, { type: 'data', bytes: rest });
      pieces.push({ type: 'fill', offset: offset + before, bytes: late });
      bytes.push(first, late, rest);
      offset += before + hole + behind;
    }
    return { pieces, bytes: Buffer.concat(bytes) };
  });

async function digestsOf(pieces: readonly BodyPiece[]): Promise<readonly Buffer[]> {
  const digests = new LeafDigests();
  for (const piece of pieces) await digests.add(piece);
  return digests.finish();
}

function leavesOf(bytes: Buffer): Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / mebibyte));
  return [...Array(count).keys()].map((number) =>
    createHash('sha256')
      .update(bytes.subarray(number * mebibyte, (number + 1) * mebibyte))
      .digest(),
  );
}

describe('LeafDigests', () => {
  test('are the same for a body with holes as for its bytes in order', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.integer({ min: 500, max: 700_000 }), async ({ pieces, bytes }, chunk) => {
        const plain: BodyPiece[] = [];
        for (let at = 0; at < bytes.length; at += chunk) plain.push({ type: 'data', bytes: bytes.subarray(at, at + chunk) });
        expect(await digestsOf(pieces)).toEqual(await digestsOf(plain));
        expect(await digestsOf(plain)).toEqual(leavesOf(bytes));
      }),
      { numRuns: 25 },
    );
  });

  test('refuse a body whose hole was never filled', async () => {
    await expect(digestsOf([{ type: 'hole', length: 10 }])).rejects.toThrow('never filled');
  });
});
