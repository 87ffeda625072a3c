import fc from 'fast-check';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BodyPiece } from '../provider-api/index.js';
import { closeHoles } from './close-holes.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spool-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function* each(pieces: readonly BodyPiece[]) {
  yield* pieces;
}

async function joined(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

describe('closeHoles', () => {
  test('gives the bytes in order for any body with holes, and leaves no file', async () => {
    const part = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(part, fc.uint8Array({ minLength: 1, maxLength: 40 }), part), { maxLength: 4 }),
        async (archives) => {
          const pieces: BodyPiece[] = [];
          let offset = 0;
          for (const [before, late, behind] of archives) {
            pieces.push({ type: 'data', bytes: before }, { type: 'hole', length: late.length }, { type: 'data', bytes: behind });
            pieces.push({ type: 'fill', offset: offset + before.length, bytes: late });
            offset += before.length + late.length + behind.length;
          }
          expect(await joined(closeHoles(each(pieces), folder))).toEqual(Buffer.concat(archives.flat()));
          expect(await readdir(folder)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});
