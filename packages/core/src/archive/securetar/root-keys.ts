import { loadSodium, type Sodium } from './sodium.js';

const keyLength = 32;
// Argon2id, passes and bytes of memory (format 7.2).
const passes = 8;
const memory = 16 * 1024 * 1024;
const person = Buffer.from('SecureTarv3\0\0\0\0\0');

/** The root keys of version 3, each derived once: Argon2id is slow on purpose. Lives as long as one backup is read. */
export class RootKeys {
  readonly #keys = new Map<string, Promise<Uint8Array>>();

  /** The root key of a password and a root salt. */
  of(password: string, rootSalt: Buffer): Promise<Uint8Array> {
    const name = `${rootSalt.toString('hex')} ${password}`;
    const key = this.#keys.get(name) ?? deriveRootKey(password, rootSalt);
    this.#keys.set(name, key);
    return key;
  }
}

async function deriveRootKey(password: string, rootSalt: Buffer): Promise<Uint8Array> {
  const sodium = await loadSodium();
  const bytes = Buffer.from(password, 'utf8');
  return sodium.crypto_pwhash(keyLength, bytes, rootSalt, passes, memory, sodium.crypto_pwhash_ALG_ARGON2ID13);
}

/** The validation key of a validation salt, or the stream key of a derivation salt: keyed, salted and personalised BLAKE2b. */
export function deriveSubkey(sodium: Sodium, rootKey: Uint8Array, salt: Buffer): Buffer {
  return Buffer.from(sodium.crypto_generichash_blake2b_salt_personal(keyLength, rootKey, salt, person));
}
