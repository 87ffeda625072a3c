import { createCipheriv, createHash } from 'node:crypto';

/** Bytes that look random and are the same in each run. */
export function seededBytes(size: number, seed: number | string = 1): Buffer {
  const key = createHash('sha256').update(String(seed)).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** Numbers from 0 to 1, without 1, that look random and are the same in each run. */
export function seededNumbers(seed: number | string = 1): () => number {
  let block = 0;
  let numbers: Uint32Array = new Uint32Array();
  let used = 0;
  return () => {
    if (used === numbers.length) {
      const bytes = seededBytes(1024, `${seed}/${block}`);
      numbers = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      block += 1;
      used = 0;
    }
    const number = numbers[used] ?? 0;
    used += 1;
    return number / 2 ** 32;
  };
}

/** A whole number from `from` to `to`, both included. */
export function seededInteger(random: () => number, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}
