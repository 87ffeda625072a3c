import { randomBytes } from 'node:crypto';
import { encryptV3 } from './encrypt-v3.js';
import type { ArchiveEncryption } from './archive-encryption.js';
import { encodeHeaderV3, headerLengthV3 } from './header-v3.js';
import { deriveSubkey, RootKeys } from './root-keys.js';
import { SecretStream } from './secret-stream.js';
import { loadSodium } from './sodium.js';

const saltLength = 16;
const streamHeaderLength = 24;

/**
 * Version 3 for one backup: root salt, validation salt and validation key are the same for all of its archives, because Home Assistant derives
 * the root key from the first of them only; derivation salt and stream header are each archive's own (format 7.2).
 */
export async function encryptionV3(password: string): Promise<ArchiveEncryption> {
  const sodium = await loadSodium();
  const rootSalt = randomBytes(saltLength);
  const rootKey = await new RootKeys().of(password, rootSalt);
  const validationSalt = randomBytes(saltLength);
  const validationKey = deriveSubkey(sodium, rootKey, validationSalt);
  return {
    format: 'securetar-3',
    headerLength: headerLengthV3,
    begin() {
      const derivationSalt = randomBytes(saltLength);
      const streamHeader = randomBytes(streamHeaderLength);
      const stream = new SecretStream(sodium, deriveSubkey(sodium, rootKey, derivationSalt), streamHeader);
      return {
        encrypt: (plaintext) => encryptV3(plaintext, stream),
        header: (plaintextSize) => encodeHeaderV3({ plaintextSize, rootSalt, validationSalt, validationKey, derivationSalt, streamHeader }),
        storage: () => ({ stream: stream.state() }),
      };
    },
  };
}
