import type { ArchiveNote } from '../archive/archive-note.js';
import type { BackupMetadata } from '../archive/backup-metadata.js';
import type { IndexedArchive } from '../archive/index/archive-index.js';
import { type InnerArchive, openInnerArchive } from '../archive/open-inner-archive.js';
import { type BackupMember, readBackup, readMetadata } from '../archive/read-backup.js';
import { RootKeys } from '../archive/securetar/root-keys.js';
import type { ByteSource } from '../base/byte-reader.js';
import { isHoldfastError } from '../base/errors.js';
import { type SourceEntry, sourceEntries } from './source-entries.js';
import { sourceNameOf } from './sources/source.js';
import { fingerprintIn, namingWantedKey } from './wanted-key.js';

export interface BackupSource {
  readonly name: string;
  readonly member: BackupMember;
  readonly open: () => Promise<AsyncGenerator<SourceEntry, void, undefined>>;
  /** Its archive, for whoever reads it otherwise. */
  readonly unpack: () => Promise<InnerArchive>;
}

export interface ReadSourcesOptions {
  readonly passwords: readonly string[];
  /** Of the key that is wanted, where it is known; else backup.json may name it. */
  readonly keyFingerprint?: string | undefined;
  /** From the backup's index: archives whose blocks are known are unpacked on all cores. */
  readonly archives?: readonly IndexedArchive[] | undefined;
  onMetadata?(metadata: BackupMetadata): void;
  /** What is readable, but not as it should be. */
  onNote?(note: ArchiveNote): void;
}

/**
 * The sources of a backup file, in its order. One that isn't opened is passed over. An unreadable backup.json, or one that is newer than this reader, keeps
 * none of them from being read; it is thrown at the end.
 */
export async function* readSources(bytes: ByteSource, options: ReadSourcesOptions): AsyncGenerator<BackupSource, void, undefined> {
  let fingerprint = options.keyFingerprint;
  let date: string | undefined;
  const rootKeys = new RootKeys();
  let unreadable: unknown;
  for await (const member of readBackup(bytes)) {
    if (member.kind === 'metadata') {
      try {
        const metadata = await readMetadata(member);
        fingerprint ??= fingerprintIn(metadata);
        ({ date } = metadata);
        options.onMetadata?.(metadata);
      } catch (error) {
        if (!isHoldfastError(error, 'metadata-unreadable') && !isHoldfastError(error, 'unsupported-format')) throw error;
        unreadable = error;
      }
    }
    if (member.kind !== 'inner-archive') continue;
    const name = sourceNameOf(member.name);
    const unpack = async () => {
      try {
        const blocks = options.archives?.find((archive) => archive.member === member.name)?.blocks;
        const onNote = (note: ArchiveNote) => options.onNote?.(note);
        return await openInnerArchive(member, options.passwords, { blocks, rootKeys, onNote });
      } catch (error) {
        throw namingWantedKey(error, fingerprint, date);
      }
    };
    const open = async () => {
      const archive = await unpack();
      return sourceEntries(name, archive.entries, archive);
    };
    yield { name, member, open, unpack };
  }
  if (unreadable !== undefined) throw unreadable;
}
