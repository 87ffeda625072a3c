import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { isJsonObject } from '../../providers/schema-problem.js';

/** How a key is derived from a passphrase; stands in clear beside what it encrypts. */
export interface ScryptParameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  /** Base64, 16 bytes. */
  readonly salt: string;
}

const scryptAsync = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

// A file from elsewhere must not be able to ask for more memory or time than a guess at a passphrase is worth.
const maxMemory = 512 * 1024 * 1024;
const maxPasses = 16;

/** Parameters with a new salt. Deriving the key takes 1 KiB of memory for each of `N`: 2^15 is a tenth of a second. */
export function newScryptParameters(N: number): ScryptParameters {
  return { N, r: 8, p: 1, salt: randomBytes(16).toString('base64') };
}

/** 32 bytes. The same passphrase typed on another system is the same text, so it is brought into one form. */
export async function passphraseKey(passphrase: string, { N, r, p, salt }: ScryptParameters): Promise<Buffer> {
  const maxmem = 128 * r * (N + p + 2);
  return scryptAsync(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), 32, { N, r, p, maxmem });
}

/** A fault is thrown as an `Error` whose message names the place. */
export function parseScryptParameters(value: unknown, place: string): ScryptParameters {
  if (!isJsonObject(value)) throw new Error(`${place} is not an object`);
  const { N, r, p, salt } = value;
  if (!isCount(N) || !isCount(r) || !isCount(p) || N < 2 || !Number.isInteger(Math.log2(N)))
    throw new Error(`${place} has no proper parameters`);
  if (128 * r * N > maxMemory || p > maxPasses) throw new Error(`${place} asks for more memory or time than is allowed`);
  if (typeof salt !== 'string' || Buffer.from(salt, 'base64').length !== 16) throw new Error(`${place}.salt is not 16 bytes`);
  return { N, r, p, salt };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
