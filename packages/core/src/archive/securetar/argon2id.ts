import crypto from 'node:crypto';
import { loadSodium } from './sodium.js';

// Of version 3 (format 7.2). Bytes.
const keyLength = 32;
const memory = 16 * 1024 * 1024;
const passes = 8;

interface Argon2Parameters {
  readonly message: Buffer;
  readonly nonce: Buffer;
  readonly parallelism: number;
  readonly tagLength: number;
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
}

export type Argon2 = (algorithm: 'argon2id', parameters: Argon2Parameters, done: (error: Error | null, key: Buffer) => void) => void;

/** From Node 24.7 on, which its types don't know yet; what OpenSSL it was built with may still lack it. */
const ownArgon2: unknown = Reflect.get(crypto, 'argon2');

/**
 * The root key of a password and a root salt, with version 3's parameters. By Node where it can: that takes two thirds of the time, and leaves
 * this thread to others meanwhile.
 */
export async function argon2id(password: string, salt: Buffer, own: unknown = ownArgon2): Promise<Uint8Array> {
  const message = Buffer.from(password, 'utf8');
  return (isArgon2(own) ? await derivedBy(own, message, salt) : undefined) ?? (await derivedBySodium(message, salt));
}

function isArgon2(own: unknown): own is Argon2 {
  return typeof own === 'function';
}

/** `undefined` where this Node has no Argon2id. */
function derivedBy(own: Argon2, message: Buffer, nonce: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    try {
      own('argon2id', { message, nonce, parallelism: 1, tagLength: keyLength, memory: memory / 1024, passes }, (error, key) =>
        resolve(error === null ? key : undefined),
      );
    } catch {
      resolve(undefined);
    }
  });
}

async function derivedBySodium(message: Buffer, salt: Buffer): Promise<Uint8Array> {
  const sodium = await loadSodium();
  return sodium.crypto_pwhash(keyLength, message, salt, passes, memory, sodium.crypto_pwhash_ALG_ARGON2ID13);
}
