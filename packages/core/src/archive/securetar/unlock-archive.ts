import type { ByteReader } from '../../base/byte-reader.js';
import { type Faults, innerFaults } from '../faults.js';
import { detectFormat, detectLength, secureTarMagic } from './detect-format.js';
import { unlockV1 } from './unlock-v1.js';
import { unlockV2 } from './unlock-v2.js';
import type { EncryptedMember, UnlockedArchive, UnlockOptions } from './unlocked-archive.js';

/**
 * Opens an inner archive as far as its encryption goes, whichever it has. `passwords` are tried in their order, each exactly as it is.
 * Errors: `key-needed`, `wrong-key`, `corrupt`, `truncated`, `unsupported-format`; then the reader is for the caller to close.
 */
export async function unlockArchive(
  stored: ByteReader,
  member: EncryptedMember,
  passwords: readonly string[],
  options: UnlockOptions = {},
): Promise<UnlockedArchive> {
  const start = await stored.peek(detectLength);
  switch (detectFormat(start)) {
    case 'gzip':
    case 'tar':
      return {
        format: 'plain',
        password: undefined,
        sure: true,
        plaintext: stored,
        plaintextSize: member.size,
        storage: () => ({}),
      };
    case 'v1':
      return unlockV1(stored, member, passwords, options);
    case 'v2':
      return unlockV2(stored, member, passwords, options);
    case 'v3': {
      // With libsodium; nothing else needs it.
      const { unlockV3 } = await import('./unlock-v3.js');
      return unlockV3(stored, member, passwords, options);
    }
    case 'unknown-version':
      throw unknownVersion(start, innerFaults(member.name, 'the encrypted data'));
  }
}

function unknownVersion(start: Buffer, faults: Faults) {
  const version = start[secureTarMagic.length];
  // Versions 0 and 1 have never had this mark.
  if (version === undefined || version < 2) return faults.corrupt('its encryption header is malformed', secureTarMagic.length);
  return faults.unsupported(`it is encrypted with version ${version} of SecureTar`);
}
