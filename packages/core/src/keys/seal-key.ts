import { hkdfSync, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** What seals are authenticated with: derived from an encryption key for that alone, and as secret as the key. */
export interface SealMaterial {
  /** Of the encryption key. */
  readonly fingerprint: string;
  /** 16 bytes, random, drawn once for each key; not secret. */
  readonly salt: Buffer;
  /** 32 bytes, see {@link sealRootOf}. */
  readonly root: Buffer;
}

const saltBytes = 16;
const scryptAsync = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

export function newSealSalt(): Buffer {
  return randomBytes(saltBytes);
}

/** 32 bytes: scrypt (N 2^15, r 8, p 1) of the key's text in UTF-8. Takes 32 MiB and about a tenth of a second. */
export function sealRootOf(password: string, salt: Uint8Array): Promise<Buffer> {
  return scryptAsync(password, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
}

/** The key of a seal's MAC, 32 bytes. */
export function sealMacKey(root: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', root, new Uint8Array(0), 'holdfast seal 1', 32));
}

/** The key that encrypts one backup's index, 32 bytes. `salt`: that of the sidecar's `index`. */
export function indexCipherKey(root: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', root, salt, 'holdfast index 1', 32));
}
