import { hash } from 'node:crypto';

const rounds = 100;
const keyLength = 16;

/** The AES key of versions 1 and 2 (format 4): the password's text as it is, without trimming or normalisation. */
export function deriveKey(password: string): Buffer {
  return hashed(Buffer.from(password, 'utf8'));
}

/** The initialisation vector of one inner archive (format 4). */
export function deriveIv(key: Uint8Array, salt: Uint8Array): Buffer {
  return hashed(Buffer.concat([key, salt]));
}

function hashed(start: Buffer): Buffer {
  let digest = start;
  for (let round = 0; round < rounds; round += 1) digest = hash('sha256', digest, 'buffer');
  return digest.subarray(0, keyLength);
}
