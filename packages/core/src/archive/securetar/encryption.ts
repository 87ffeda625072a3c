import { randomBytes } from 'node:crypto';
import type { ArchiveEncryption } from './archive-encryption.js';
import { deriveKey } from './derive-key.js';
import { encryptV2 } from './encrypt-v2.js';
import { blockLength, encodeHeaderV2, headerLengthV2 } from './header-v2.js';

/** The password must not be empty: to Home Assistant that means none. */
export async function createEncryption(format: ArchiveEncryption['format'], password: string): Promise<ArchiveEncryption> {
  if (password === '') throw new RangeError('The password of a backup must not be empty.');
  if (format === 'securetar-2') return encryptionV2(password);
  // With libsodium; nothing else needs it.
  const { encryptionV3 } = await import('./encryption-v3.js');
  return encryptionV3(password);
}

function encryptionV2(password: string): ArchiveEncryption {
  const key = deriveKey(password);
  return {
    format: 'securetar-2',
    headerLength: headerLengthV2,
    begin() {
      const salt = randomBytes(blockLength);
      return {
        encrypt: (plaintext) => encryptV2(plaintext, key, salt),
        header: (plaintextSize) => encodeHeaderV2({ plaintextSize, salt }),
        storage: () => ({ salt }),
      };
    },
  };
}
