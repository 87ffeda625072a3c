import { timingSafeEqual } from 'node:crypto';
import { ByteReader } from '../../base/byte-reader.js';
import { displayName } from '../../base/file-name.js';
import { archiveError } from '../errors.js';
import { innerFaults } from '../faults.js';
import { decryptV3 } from './decrypt-v3.js';
import { candidatesOf } from './fitting-key.js';
import { decodeHeaderV3, headerLengthV3, storedSizeV3 } from './header-v3.js';
import { deriveSubkey, RootKeys } from './root-keys.js';
import { SecretStream } from './secret-stream.js';
import { loadSodium } from './sodium.js';
import type { EncryptedMember, UnlockedArchive, UnlockOptions } from './unlocked-archive.js';

/** Opens a version 3 archive (format 7). Errors: `key-needed`, `wrong-key`, `corrupt`, `truncated`. */
export async function unlockV3(
  stored: ByteReader,
  member: EncryptedMember,
  passwords: readonly string[],
  { rootKeys = new RootKeys() }: UnlockOptions,
): Promise<UnlockedArchive> {
  const faults = innerFaults(member.name, 'the encrypted data');
  const header = decodeHeaderV3(await stored.upTo(headerLengthV3));
  if (typeof header === 'string') throw faults.corrupt(header, 0);
  const { plaintextSize } = header;
  if (member.size !== storedSizeV3(plaintextSize)) {
    throw faults.corrupt(`its size does not agree with the ${plaintextSize} bytes that its header states`, 16);
  }
  const candidates = candidatesOf(passwords, member.name);
  const sodium = await loadSodium();
  for (const password of candidates) {
    const rootKey = await rootKeys.of(password, header.rootSalt);
    if (!timingSafeEqual(deriveSubkey(sodium, rootKey, header.validationSalt), header.validationKey)) continue;
    const stream = new SecretStream(sodium, deriveSubkey(sodium, rootKey, header.derivationSalt), header.streamHeader);
    const plaintext = new ByteReader(decryptV3(stored, plaintextSize, stream, faults));
    return { format: 'securetar-3', password, sure: true, plaintext, plaintextSize, storage: () => ({ stream: stream.state() }) };
  }
  throw archiveError('wrong-key', { member: displayName(member.name) });
}
