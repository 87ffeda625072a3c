import { argon2id } from './argon2id.js';
import type { Sodium } from './sodium.js';

const keyLength = 32;
const person = Buffer.from('SecureTarv3\0\0\0\0\0');

/** The root keys of version 3, each derived once: Argon2id is slow on purpose. Lives as long as one backup is read. */
export class RootKeys {
  readonly #keys = new Map<string, Promise<Uint8Array>>();

  /** The root key of a password and a root salt. */
  of(password: string, rootSalt: Buffer): Promise<Uint8Array> {
    const name = `${rootSalt.toString('hex')} ${password}`;
    const key = this.#keys.get(name) ?? argon2id(password, rootSalt);
    this.#keys.set(name, key);
    return key;
  }
}

/** The validation key of a validation salt, or the stream key of a derivation salt: keyed, salted and personalised BLAKE2b. */
export function deriveSubkey(sodium: Sodium, rootKey: Uint8Array, salt: Buffer): Buffer {
  return Buffer.from(sodium.crypto_generichash_blake2b_salt_personal(keyLength, rootKey, salt, person));
}
