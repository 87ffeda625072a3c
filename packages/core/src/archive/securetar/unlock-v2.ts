import { ByteReader } from '../../base/byte-reader.js';
import { innerFaults } from '../faults.js';
import { decryptV2 } from './decrypt-v2.js';
import { detectLength } from './detect-format.js';
import { fittingKey } from './fitting-key.js';
import { decodeHeaderV2, headerLengthV2, sizesAgree } from './header-v2.js';
import type { EncryptedMember, UnlockedArchive, UnlockOptions } from './unlocked-archive.js';

/** Opens a version 2 archive (format 5). Errors: `key-needed`, `wrong-key`, `corrupt`, `truncated`. */
export async function unlockV2(
  stored: ByteReader,
  member: EncryptedMember,
  passwords: readonly string[],
  { onNote }: UnlockOptions,
): Promise<UnlockedArchive> {
  const faults = innerFaults(member.name, 'the encrypted data');
  const header = decodeHeaderV2(await stored.upTo(headerLengthV2));
  if (typeof header === 'string') throw faults.corrupt(header, 0);
  const { plaintextSize, salt } = header;
  if (!sizesAgree(plaintextSize, member.size - headerLengthV2)) {
    throw faults.corrupt(`its size does not agree with the ${plaintextSize} bytes that its header states`, 16);
  }
  const { password, key, sure } = fittingKey(await stored.peek(detectLength), salt, passwords, member.name);
  const plaintext = decryptV2(stored, header, key, faults, () => onNote?.('size-rounded'));
  return { format: 'securetar-2', password, sure, plaintext: new ByteReader(plaintext), plaintextSize, storage: () => ({ salt }) };
}
