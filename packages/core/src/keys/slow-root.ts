import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';

const scryptAsync = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

/**
 * 32 bytes from a key's text and a salt, of which each purpose derives its own by HKDF: scrypt (N 2^15, r 8, p 1) of the text in UTF-8. Takes 32 MiB and about
 * a tenth of a second, so that guessing costs that each time.
 */
export function slowRoot(text: string, salt: Uint8Array): Promise<Buffer> {
  return scryptAsync(text, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
}
