import fc from 'fast-check';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BodyPiece } from '../../provider-api/index.js';
import { PieceBacklog } from './piece-backlog.js';
import { SpoolBudget } from './spool-budget.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlog-'));
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const piece: fc.Arbitrary<BodyPiece> = fc.oneof(
  bytes.map((data) => ({ type: 'data' as const, bytes: data })),
  fc.nat().map((length) => ({ type: 'hole' as const, length })),
  fc.tuple(fc.maxSafeNat(), bytes).map(([offset, fill]) => ({ type: 'fill' as const, offset, bytes: fill })),
);

test('gives pieces back as they came, whatever of them waits in files, holds what it has room for, and leaves no file', async () => {
  const steps = fc.array(fc.oneof(piece, fc.constant('shift' as const)), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(steps, fc.nat({ max: 2_000 }), async (all, memoryBytes) => {
      const budget = new SpoolBudget(3_000);
      const backlog = new PieceBacklog({ memoryBytes, depth: 2, folder, budget });
      const expected: BodyPiece[] = [];
      for (const step of all) {
        if (step === 'shift') {
          expect(await backlog.shift()).toEqual(expected.shift());
        } else if (await backlog.push(step)) expected.push(step);
        else break;
        expect(backlog.length).toBe(expected.length);
      }
      for (const left of expected) expect(await backlog.shift()).toEqual(left);
      await backlog[Symbol.asyncDispose]();
      expect(await readdir(folder)).toEqual([]);
      // All of it was given back.
      expect(budget.take(3_000)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('has room for a few pieces in any case, and for no more than that where none is left', async () => {
  await using backlog = new PieceBacklog({ memoryBytes: 0, depth: 2, folder, budget: new SpoolBudget(0) });
  const filled: BodyPiece = { type: 'data', bytes: Buffer.alloc(1_000_000) };
  expect([await backlog.push(filled), await backlog.push(filled), await backlog.push(filled)]).toEqual([true, true, false]);
});
