import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mebibyte = 2 ** 20;
const largeFile = 64 * mebibyte;

/** The one file that is wanted back, its path in the corpus. */
export const wantedFile = 'papers/letter-217.bin';

/** Writes what a household keeps, of about so many bytes that nothing makes smaller: films, and many papers. */
export function makeCorpus(folder: string, bytes: number): void {
  for (const name of ['films', 'papers']) mkdirSync(join(folder, name), { recursive: true });
  for (let number = 0; number < 400; number += 1) {
    writeFileSync(join(folder, `papers/letter-${number}.bin`), randomFillSync(Buffer.alloc(20_000 + number * 100)));
  }
  const block = Buffer.alloc(mebibyte);
  for (let left = bytes, number = 0; left > 0; left -= largeFile, number += 1) {
    const file = openSync(join(folder, `films/film-${number}.bin`), 'w');
    for (let written = 0; written < Math.min(left, largeFile); written += block.length) writeSync(file, randomFillSync(block));
    closeSync(file);
  }
}

/** Bytes that may still be written where temporary files are. */
export function freeBytes(): number {
  const { bavail, bsize } = statfsSync(tmpdir());
  return bavail * bsize;
}
