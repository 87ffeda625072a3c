import { ByteReader, type ByteSource } from '../../base/byte-reader.js';
import { type Faults, innerFaults } from '../faults.js';
import { isGzipStart } from '../gzip/gzip-header.js';
import { blockSize, isZero } from '../tar/ustar-header.js';
import { type CbcKey, decryptBlocks, decryptPadded, decryptStart } from './cbc.js';
import { detectLength, resemblesOther } from './detect-format.js';
import { fittingKey } from './fitting-key.js';
import { blockLength, statesSize } from './header-v2.js';
import { joinSplitGzip } from './split-gzip.js';
import type { EncryptedMember, UnlockedArchive, UnlockOptions } from './unlocked-archive.js';

/**
 * Opens what has no mark: a version 1 archive, or damage (format 6). What cannot be version 1, by its size or because it is another
 * format with a few bytes changed, is `corrupt`; else a key that doesn't open it is a wrong one.
 * Errors: `key-needed`, `wrong-key`, `corrupt`, `truncated`.
 */
export async function unlockV1(
  stored: ByteReader,
  member: EncryptedMember,
  passwords: readonly string[],
  { onNote }: UnlockOptions,
): Promise<UnlockedArchive> {
  const faults = innerFaults(member.name, 'the encrypted data');
  const start = await stored.peek(detectLength);
  const wholeBlocks = member.size >= 2 * blockLength && member.size % blockLength === 0;
  if (!wholeBlocks || isZero(start) || resemblesOther(start)) {
    throw faults.corrupt('it begins neither as a compressed, a plain nor an encrypted archive', 0);
  }
  const salt = await stored.upTo(blockLength);
  const { password, key, sure } = fittingKey(await stored.peek(detectLength), salt, passwords, member.name);
  const plaintext = new ByteReader(await decryptV1(stored, member, { key, salt }, faults, () => onNote?.('size-rounded')));
  return { format: 'securetar-1', password, sure, plaintext, plaintextSize: member.plaintextSize, storage: () => ({ salt }) };
}

/** Without a size, the content tells where it ends, and what stands behind that is padding (format 6.4). */
async function decryptV1(
  stored: ByteReader,
  member: EncryptedMember,
  key: CbcKey,
  faults: Faults,
  onLowSize: () => void,
): Promise<ByteSource> {
  const { plaintextSize } = member;
  if (plaintextSize !== undefined) {
    return decryptPadded(stored, key, faults, (size) => {
      if (!statesSize(plaintextSize, size))
        throw faults.corrupt(`it holds ${size} bytes and the backup states ${plaintextSize}`, member.size);
      if (plaintextSize < size) onLowSize();
    });
  }
  if (isGzipStart(decryptStart(await stored.peek(blockLength), key))) return joinSplitGzip(decryptBlocks(stored, key, faults));
  // A tar comes in blocks of its own, so that a padding, where there is one, shows in the length.
  const padded = (member.size - blockLength) % blockSize === blockLength;
  return padded ? decryptPadded(stored, key, faults) : decryptBlocks(stored, key, faults);
}
