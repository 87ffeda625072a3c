import { hkdfSync, randomBytes } from 'node:crypto';
import { slowRoot } from './slow-root.js';

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

export function newSealSalt(): Buffer {
  return randomBytes(saltBytes);
}

/** What all keys of seals and indexes are derived from, 32 bytes; slow. */
export function sealRootOf(password: string, salt: Uint8Array): Promise<Buffer> {
  return slowRoot(password, salt);
}

/** The key of a seal's MAC, 32 bytes. */
export function sealMacKey(root: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', root, new Uint8Array(0), 'holdfast seal 1', 32));
}

/** The key that encrypts one backup's index, 32 bytes. `salt`: that of the sidecar's `index`. */
export function indexCipherKey(root: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', root, salt, 'holdfast index 1', 32));
}
