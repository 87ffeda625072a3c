import { ByteReader } from '../base/byte-reader.js';
import { isHoldfastError } from '../base/errors.js';
import { displayName } from '../base/file-name.js';
import { archiveError } from './errors.js';
import { innerFaults } from './faults.js';
import { gunzipFrom } from './gzip/gunzip.js';
import { isGzipStart } from './gzip/gzip-header.js';
import type { BackupMember } from './read-backup.js';
import { detectFormat, detectLength } from './securetar/detect-format.js';
import { type UnlockedV2, unlockV2 } from './securetar/unlock-v2.js';
import { readTarFrom, type TarMember } from './tar/read-tar.js';
import { blockSize, decodeUstar, isZero } from './tar/ustar-header.js';

type InnerArchiveFormat = 'plain' | 'securetar-1' | 'securetar-2' | 'securetar-3';

export interface InnerArchive extends AsyncDisposable {
  readonly format: InnerArchiveFormat;
  /** Whether it is compressed; its name may say otherwise. */
  readonly gzip: boolean;
  /** Which of the candidates opened it; `undefined` if it is not encrypted. */
  readonly password: string | undefined;
  /** To be read before the next member of the backup is asked for. It ends without error only if the whole archive is sound. */
  readonly entries: AsyncGenerator<TarMember, void, undefined>;
}

/**
 * Opens an inner archive as far as its first tar header, so that a wrong key is told before anything is written.
 * `passwords` are tried in their order, each exactly as it is.
 * Errors: `key-needed`, `wrong-key`, `damaged`, `truncated`, `unsupported-format`.
 */
export async function openInnerArchive(member: BackupMember, passwords: readonly string[]): Promise<InnerArchive> {
  const stored = new ByteReader(member.body);
  try {
    const start = await stored.peek(detectLength);
    const format = detectFormat(start);
    if (format === 'gzip' || format === 'tar') return await openPlaintext(stored, member.name, { format: 'plain', password: undefined });
    if (format === 'v2') {
      const unlocked = await unlockV2(stored, member, passwords);
      return await openUnlocked(unlocked, member.name);
    }
    throw unreadable(format, start, member);
  } catch (error) {
    await stored.close();
    throw error;
  }
}

async function openUnlocked(unlocked: UnlockedV2, member: string): Promise<InnerArchive> {
  const { password, plaintext, sure } = unlocked;
  try {
    return await openPlaintext(new ByteReader(plaintext), member, { format: 'securetar-2', password });
  } catch (error) {
    // Three bytes can look right by chance; then it fails inside the compressed data (format 8).
    if (!sure && isHoldfastError(error, 'damaged')) throw archiveError('wrong-key', { member: displayName(member) }, error);
    throw error;
  }
}

async function openPlaintext(
  plaintext: ByteReader,
  member: string,
  opened: Pick<InnerArchive, 'format' | 'password'>,
): Promise<InnerArchive> {
  const faults = innerFaults(member, 'the unpacked archive');
  const gzip = isGzipStart(await plaintext.peek(detectLength));
  let cutEnd = false;
  const onCutEnd = () => {
    cutEnd = true;
  };
  const tar = gzip ? new ByteReader(gunzipFrom(plaintext, { faults: innerFaults(member, 'the compressed data'), onCutEnd })) : plaintext;
  try {
    const first = await tar.peek(blockSize);
    if (first.length < blockSize) throw faults.endsEarly(first.length);
    const header = isZero(first) ? undefined : decodeUstar(first);
    if (typeof header === 'string') throw faults.damaged(header, 0);
  } catch (error) {
    await tar.close();
    throw error;
  }
  const entries = readTarFrom(tar, { faults, mayLackEnd: () => cutEnd });
  const close = async () => {
    await entries.return();
    await tar.close();
  };
  return { ...opened, gzip, entries, [Symbol.asyncDispose]: close };
}

function unreadable(format: 'v1' | 'v3' | 'unknown-version', start: Buffer, member: BackupMember) {
  const faults = innerFaults(member.name, 'the encrypted data');
  if (format === 'v3') return faults.unsupported('it is encrypted with version 3 of SecureTar');
  if (format === 'unknown-version') return faults.unsupported(`it is encrypted with version ${start[9] ?? 0} of SecureTar`);
  // Version 1 has no mark, only whole blocks: a salt and at least one of ciphertext (format 6.1).
  const maybeV1 = member.size >= 32 && member.size % 16 === 0 && !isZero(start);
  if (maybeV1) return faults.unsupported('it is encrypted with version 1 of SecureTar, or its beginning is damaged');
  return faults.damaged('it begins neither as a compressed, a plain nor an encrypted archive', 0);
}
