import { ByteReader } from '../base/byte-reader.js';
import { isHoldfastError } from '../base/errors.js';
import { displayName } from '../base/file-name.js';
import { type ArchiveNote, archiveNote } from './archive-note.js';
import { copied } from './chunks.js';
import { archiveError } from './errors.js';
import { innerFaults } from './faults.js';
import { gunzipFrom } from './gzip/gunzip.js';
import { gunzipBlocks } from './gzip/gunzip-blocks.js';
import { isGzipStart } from './gzip/gzip-header.js';
import type { RestartBlocks } from './gzip/restart-blocks.js';
import type { ArchiveFormat } from './index/archive-index.js';
import type { BackupMember } from './read-backup.js';
import type { RootKeys } from './securetar/root-keys.js';
import { unlockArchive } from './securetar/unlock-archive.js';
import type { CipherStorage, UnlockedArchive } from './securetar/unlocked-archive.js';
import { readTarFrom, type TarMember } from './tar/read-tar.js';
import { blockSize, decodeUstar, isZero } from './tar/ustar-header.js';

const gzipStartLength = 3;

export interface OpenArchiveOptions {
  /** Where its gzip stream can be entered, if an index tells: then it is unpacked on all cores. */
  readonly blocks?: RestartBlocks | undefined;
  /** The root keys of version 3: one for all archives of a backup saves a key derivation for each. */
  readonly rootKeys?: RootKeys | undefined;
  /** Called while it is read, before its entries end. */
  onNote?(note: ArchiveNote): void;
}

/** What an index keeps of how an archive is stored. */
interface ArchiveStorage extends CipherStorage {
  /** Bytes after decryption: of the `.tar.gz` or `.tar`. */
  readonly plaintextSize: number;
}

export interface InnerArchive extends AsyncDisposable {
  readonly format: ArchiveFormat;
  /** Whether it is compressed; its name may say otherwise. */
  readonly gzip: boolean;
  /** Which of the candidates opened it; `undefined` if it is not encrypted. */
  readonly password: string | undefined;
  /** Bytes after decryption, where that is known beforehand. Versions 1 and 2: as stated, which may be up to 15 below the truth. */
  readonly plaintextSize: number | undefined;
  /** To be read before the next member of the backup is asked for. It ends without error only if the whole archive is sound. */
  readonly entries: AsyncGenerator<TarMember, void, undefined>;
  /** The unpacked bytes that {@link entries} are read from: to be read in their place. The memory of a chunk is used again. */
  readonly tar: ByteReader;
  /** Whether the end blocks may be missing. To be asked when all bytes were read. */
  readonly mayLackEnd: () => boolean;
  /** To be asked for when all was read. */
  storage(): ArchiveStorage;
}

/**
 * Opens an inner archive as far as its first tar header, so that a wrong key is told before anything is written.
 * `passwords` are tried in their order, each exactly as it is.
 * Errors: `key-needed`, `wrong-key`, `corrupt`, `truncated`, `unsupported-format`.
 */
export async function openInnerArchive(
  member: BackupMember,
  passwords: readonly string[],
  options: OpenArchiveOptions = {},
): Promise<InnerArchive> {
  const stored = new ByteReader(member.body);
  const { rootKeys, onNote } = options;
  try {
    const unlocked = await unlockArchive(stored, member, passwords, {
      ...(rootKeys === undefined ? {} : { rootKeys }),
      onNote: (code) => onNote?.(archiveNote(code, member.name)),
    });
    return await openUnlocked(unlocked, member.name, options);
  } catch (error) {
    await stored.close();
    throw error;
  }
}

async function openUnlocked(unlocked: UnlockedArchive, member: string, options: OpenArchiveOptions): Promise<InnerArchive> {
  try {
    return await openPlaintext(unlocked, member, options);
  } catch (error) {
    // Three bytes can look right by chance; then it fails inside the compressed data (format 8).
    if (!unlocked.sure && isHoldfastError(error, 'corrupt')) throw archiveError('wrong-key', { member: displayName(member) }, error);
    throw error;
  }
}

async function openPlaintext(unlocked: UnlockedArchive, member: string, { blocks, onNote }: OpenArchiveOptions): Promise<InnerArchive> {
  const { format, password, plaintext, plaintextSize } = unlocked;
  const faults = innerFaults(member, 'the unpacked archive');
  const gzip = isGzipStart(await plaintext.peek(gzipStartLength));
  let cutEnd = false;
  const onCutEnd = () => {
    cutEnd = true;
    onNote?.(archiveNote('end-cut', member));
  };
  // The end of a version 1 archive is where its content says, so there it can't be told from a cut.
  const gunzipOptions = { faults: innerFaults(member, 'the compressed data'), ...(format === 'securetar-1' ? {} : { onCutEnd }) };
  const unpacked = () => {
    if (blocks !== undefined) return gunzipBlocks(plaintext, blocks, gunzipOptions);
    // What was decrypted has memory of its own already.
    return gunzipFrom(format === 'plain' ? new ByteReader(copied(plaintext)) : plaintext, gunzipOptions);
  };
  const tar = gzip ? new ByteReader(unpacked()) : plaintext;
  try {
    const first = await tar.peek(blockSize);
    if (first.length < blockSize) throw faults.endsEarly(first.length);
    const header = isZero(first) ? undefined : decodeUstar(first);
    if (typeof header === 'string') throw faults.corrupt(header, 0);
  } catch (error) {
    await tar.close();
    throw error;
  }
  const mayLackEnd = () => cutEnd;
  const entries = readTarFrom(tar, { faults, mayLackEnd });
  const close = async () => {
    await entries.return();
    await tar.close();
  };
  const storage = () => ({ ...unlocked.storage(), plaintextSize: plaintext.offset });
  return { format, gzip, password, plaintextSize, entries, tar, mayLackEnd, storage, [Symbol.asyncDispose]: close };
}
